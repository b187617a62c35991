package fdlibm

import "math"

const (
	ln2High  = 6.93147180369123816490e-01
	ln2Low   = 1.90821492927058770002e-10
	invLn2   = 1.44269504088896338700e+00
	expMax   = 7.09782712893383973096e+02
	expMin   = -7.45133219101941108420e+02
	hypMax   = 710.4758600739439 // where sinh and cosh overflow
	expLimit = 709.7822265625
)

// expCoefficients are those of the rational approximation that exp and Pow share.
var expCoefficients = []float64{
	1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05, -1.65339022054652515390e-06, 4.13813679705723846039e-08,
}

// Exp is e to the power of x.
func Exp(x float64) float64 {
	hx := high(x) & 0x7fffffff
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case math.IsInf(x, -1) || x < expMin:
		return 0
	case x > expMax:
		return math.Inf(1)
	case x == 1:
		return math.E
	case hx < 0x3e300000:
		return 1 + x
	}
	var hi, lo float64
	k := int32(0)
	if hx > 0x3fd62e42 { // over half of ln 2
		switch {
		case hx >= 0x3ff0a2b2:
			k = int32(float64(invLn2*x) + math.Copysign(half, x))
			hi = x - float64(float64(k)*ln2High)
			lo = float64(k) * ln2Low
		case x > 0:
			k, hi, lo = 1, x-ln2High, ln2Low
		default:
			k, hi, lo = -1, x+ln2High, -ln2Low
		}
		x = hi - lo
	}
	t := x * x
	c := x - float64(t*polynomial(t, expCoefficients...))
	if k == 0 {
		return 1 - (float64(x*c)/(c-2) - x)
	}
	y := 1 - ((lo - float64(x*c)/(2-c)) - hi)
	switch {
	case k == 1024:
		return y * 2 * 0x1p1023
	case k >= -1021:
		return y * words(0x3ff00000+k<<20, 0)
	default:
		return y * words(0x3ff00000+(k+1000)<<20, 0) * 0x1p-1000
	}
}

// Sinh is the hyperbolic sine.
func Sinh(x float64) float64 {
	h := math.Copysign(half, x)
	ax := math.Abs(x)
	switch {
	case ax < 0x1p-28:
		return x
	case ax < 1:
		t := math.Expm1(ax)
		return h * (float64(2*t) - float64(t*t)/(t+1))
	case ax < 22:
		t := math.Expm1(ax)
		return h * (t + t/(t+1))
	case ax < expLimit:
		return h * Exp(ax)
	case ax <= hypMax:
		w := Exp(half * ax)
		return h * w * w
	default:
		return x * math.Inf(1)
	}
}

// Cosh is the hyperbolic cosine.
func Cosh(x float64) float64 {
	ax := math.Abs(x)
	switch ix := high(ax); {
	case ix < 0x3c800000:
		return 1 + math.Expm1(ax)
	case ix < 0x3fd62e43:
		t := math.Expm1(ax)
		return 1 + float64(t*t)/((1+t)+(1+t))
	case ix < 0x40360000:
		t := Exp(ax)
		return float64(half*t) + half/t
	case ix < 0x40862e42:
		return half * Exp(ax)
	case ax <= hypMax:
		w := Exp(half * ax)
		return half * w * w
	case math.IsNaN(x):
		return x
	default:
		return math.Inf(1)
	}
}

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 {
	ax := math.Abs(x)
	switch ix := high(ax); {
	case math.IsNaN(x) || ix < 0x3e300000:
		return x
	case ix < 0x3ff00000:
		t := math.Expm1(-2 * ax)
		return math.Copysign(-t/(t+2), x)
	case ix < 0x40360000:
		return math.Copysign(1-2/(math.Expm1(2*ax)+2), x)
	default:
		return math.Copysign(1, x)
	}
}
