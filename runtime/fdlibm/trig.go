package fdlibm

import "math"

var (
	sinCoefficients = []float64{8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10}
	cosCoefficients = []float64{4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05, -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11}
	tanOdd          = []float64{1.33333333333201242699e-01, 2.18694882948595424599e-02, 3.59207910759131235356e-03, 5.88041240820264096874e-04, 7.81794442939557092300e-05, -1.85586374855275456654e-05}
	tanEven         = []float64{5.39682539762260521377e-02, 8.86323982359930005737e-03, 1.45620945432529025516e-03, 2.46463134818469906812e-04, 7.14072491382608190305e-05, 2.59073051863633712884e-05}
)

const (
	sinFirst = -1.66666666666666324348e-01
	tanFirst = 3.33333333333334091986e-01
	pio4Low  = 3.06161699786838301793e-17
)

// Sin is the sine of an angle in radians.
func Sin(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	n, y, tail := reduce(x)
	switch n & 3 {
	case 0:
		return sinKernel(y, tail)
	case 1:
		return cosKernel(y, tail)
	case 2:
		return -sinKernel(y, tail)
	default:
		return -cosKernel(y, tail)
	}
}

// Cos is the cosine of an angle in radians.
func Cos(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	n, y, tail := reduce(x)
	switch n & 3 {
	case 0:
		return cosKernel(y, tail)
	case 1:
		return -sinKernel(y, tail)
	case 2:
		return -cosKernel(y, tail)
	default:
		return sinKernel(y, tail)
	}
}

// Tan is the tangent of an angle in radians.
func Tan(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	n, y, tail := reduce(x)
	return tanKernel(y, tail, n&1 == 1)
}

// sinKernel is the sine of x+y for |x| up to π/4, y being the tail of x.
func sinKernel(x, y float64) float64 {
	if high(math.Abs(x)) < 0x3e400000 {
		return x
	}
	z := x * x
	v := z * x
	r := polynomial(z, sinCoefficients...)
	if y == 0 {
		return x + float64(v*(sinFirst+float64(z*r)))
	}
	return x - ((float64(z*(float64(half*y)-float64(v*r))) - y) - float64(v*sinFirst))
}

func cosKernel(x, y float64) float64 {
	ix := high(math.Abs(x))
	if ix < 0x3e400000 {
		return 1
	}
	z := x * x
	r := z * polynomial(z, cosCoefficients...)
	if ix < 0x3fd33333 {
		return 1 - (float64(half*z) - (float64(z*r) - float64(x*y)))
	}
	qx := 0.28125
	if ix <= 0x3fe90000 {
		qx = words(ix-0x00200000, 0) // a quarter of x
	}
	iz := float64(half*z) - qx
	return 1 - qx - (iz - (float64(z*r) - float64(x*y)))
}

// tanKernel is the tangent of x+y, or minus its reciprocal.
func tanKernel(x, y float64, reciprocal bool) float64 {
	negative := math.Signbit(x)
	ix := high(math.Abs(x))
	if ix < 0x3e300000 && !reciprocal {
		return x
	}
	sign := 1.0
	if reciprocal {
		sign = -1
	}
	large := ix >= 0x3fe59428
	if large {
		if negative {
			x, y = -x, -y
		}
		x = (pio4 - x) + (pio4Low - y)
		y = 0
	}
	z := x * x
	w := z * z
	r := polynomial(w, tanOdd...)
	v := z * polynomial(w, tanEven...)
	s := z * x
	r = y + float64(z*(float64(s*(r+v))+y))
	r += tanFirst * s
	w = x + r
	if large {
		result := sign - float64(2*(x-(w*w/(w+sign)-r)))
		if negative {
			return -result
		}
		return result
	}
	if !reciprocal {
		return w
	}
	// -1/(x+r), more exactly than the division would be
	z = clearLow(w)
	v = r - (z - x)
	a := -1 / w
	t := clearLow(a)
	s = 1 + float64(t*z)
	return t + float64(a*(s+float64(t*v)))
}
