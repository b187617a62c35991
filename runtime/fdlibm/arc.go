package fdlibm

import "math"

const (
	pio2High = 1.57079632679489655800e+00
	pio2Low  = 6.12323399573676603587e-17
	pio4     = 7.85398163397448278999e-01
	pi       = 3.1415926535897931160e+00
	piLow    = 1.2246467991473531772e-16
)

var (
	asinTop    = []float64{1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01, -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05}
	asinBottom = []float64{1, -2.40339491173441421878e+00, 2.02094576023350569471e+00, -6.88283971605453293030e-01, 7.70381505559019352791e-02}

	atanHigh = []float64{4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, 1.57079632679489655800e+00}
	atanLow  = []float64{2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, 6.12323399573676603587e-17}
	atanOdd  = []float64{3.33333333333329318027e-01, 1.42857142725034663711e-01, 9.09088713343650656196e-02, 6.66107313738753120669e-02, 4.97687799461593236017e-02, 1.62858201153657823623e-02}
	atanEven = []float64{-1.99999999998764832476e-01, -1.11111104054623557880e-01, -7.69187620504482999495e-02, -5.83357013379057348645e-02, -3.65315727442169155270e-02}
)

// asinRatio is the rational approximation that Asin and Acos share.
func asinRatio(t float64) float64 {
	return t * polynomial(t, asinTop...) / polynomial(t, asinBottom...)
}

// Asin is the inverse of Sin.
func Asin(x float64) float64 {
	ax := math.Abs(x)
	switch ix := high(ax); {
	case ax > 1 || math.IsNaN(x):
		return math.NaN()
	case ax == 1:
		return float64(x*pio2High) + float64(x*pio2Low)
	case ix < 0x3e400000:
		return x
	case ix < 0x3fe00000:
		return x + float64(x*asinRatio(x*x))
	}
	t := (1 - ax) * half
	s := math.Sqrt(t)
	var y float64
	if high(ax) >= 0x3fef3333 {
		y = pio2High - (float64(2*(s+float64(s*asinRatio(t)))) - pio2Low)
	} else {
		w := clearLow(s)
		c := (t - float64(w*w)) / (s + w)
		p := float64(2*s*asinRatio(t)) - (pio2Low - float64(2*c))
		y = pio4 - (p - (pio4 - float64(2*w)))
	}
	return math.Copysign(y, x)
}

// Acos is the inverse of Cos.
func Acos(x float64) float64 {
	ax := math.Abs(x)
	switch ix := high(ax); {
	case ax > 1 || math.IsNaN(x):
		return math.NaN()
	case x == 1:
		return 0
	case x == -1:
		return pi + 2*pio2Low
	case ix <= 0x3c600000:
		return pio2High + pio2Low
	case ix < 0x3fe00000:
		return pio2High - (x - (pio2Low - float64(x*asinRatio(x*x))))
	case x < 0:
		z := (1 + x) * half
		s := math.Sqrt(z)
		return pi - float64(2*(s+(float64(asinRatio(z)*s)-pio2Low)))
	}
	z := (1 - x) * half
	s := math.Sqrt(z)
	df := clearLow(s)
	c := (z - float64(df*df)) / (s + df)
	return 2 * (df + (float64(asinRatio(z)*s) + c))
}

// Atan is the inverse of Tan.
func Atan(x float64) float64 {
	ax := math.Abs(x)
	ix := high(ax)
	if math.IsNaN(x) {
		return x
	}
	if ix >= 0x44100000 {
		return math.Copysign(atanHigh[3]+atanLow[3], x)
	}
	id := -1
	t := x
	switch {
	case ix < 0x3e400000:
		return x
	case ix < 0x3fdc0000:
	case ix < 0x3fe60000:
		id, t = 0, (float64(2*ax)-1)/(2+ax)
	case ix < 0x3ff30000:
		id, t = 1, (ax-1)/(ax+1)
	case ix < 0x40038000:
		id, t = 2, (ax-1.5)/(1+float64(1.5*ax))
	default:
		id, t = 3, -1/ax
	}
	z := t * t
	w := z * z
	sum := float64(z*polynomial(w, atanOdd...)) + float64(w*polynomial(w, atanEven...))
	if id < 0 {
		return t - float64(t*sum)
	}
	return math.Copysign(atanHigh[id]-((float64(t*sum)-atanLow[id])-t), x)
}

// Atan2 is the angle of the point (x, y).
func Atan2(y, x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsNaN(y):
		return math.NaN()
	case x == 1:
		return Atan(y)
	case y == 0 && !math.Signbit(x):
		return y
	case y == 0:
		return math.Copysign(pi, y)
	case x == 0:
		return math.Copysign(pio2High, y)
	case math.IsInf(x, 0) || math.IsInf(y, 0):
		return infiniteAngle(y, x)
	}
	var z float64
	switch k := (high(math.Abs(y)) - high(math.Abs(x))) >> 20; {
	case k > 60:
		return math.Copysign(pio2High+half*piLow, y)
	case x < 0 && k < -60:
	default:
		z = Atan(math.Abs(y / x))
	}
	switch {
	case x > 0:
		return math.Copysign(z, y)
	case y > 0:
		return pi - (z - piLow)
	default:
		return (z - piLow) - pi
	}
}

// infiniteAngle is Atan2 with at least one infinite side.
func infiniteAngle(y, x float64) float64 {
	switch {
	case math.IsInf(x, 1) && math.IsInf(y, 0):
		return math.Copysign(pio4, y)
	case math.IsInf(x, 1):
		return math.Copysign(0, y)
	case math.IsInf(x, -1) && math.IsInf(y, 0):
		return math.Copysign(3*pio4, y)
	case math.IsInf(x, -1):
		return math.Copysign(pi, y)
	default:
		return math.Copysign(pio2High, y)
	}
}
