package fdlibm

import "math"

const (
	ln2       = 6.93147180559945286227e-01
	ivLn2High = 1.44269504072144627571e+00
	ivLn2Low  = 1.67517131648865118353e-10
	ivLn10    = 4.34294481903251816668e-01
	log2High  = 3.01029995663611771306e-01 // of log10(2)
	log2Low   = 3.69423907715893078616e-13
)

var (
	logEven = []float64{3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01}
	logOdd  = []float64{6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01}
)

// logOf deals with what has no logarithm; done is false for a positive finite x other than 1.
func logOf(x float64) (result float64, done bool) {
	switch {
	case x == 0:
		return math.Inf(-1), true
	case x < 0:
		return math.NaN(), true
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x, true
	}
	return 0, x == 1
}

// normal splits x into a number of full precision and the power of two that is missing from it.
func normal(x float64) (float64, int32) {
	if high(x) < 0x00100000 {
		return x * two54, -54
	}
	return x, 0
}

// split is x as m·2^k with m between √½ and √2, and the fraction bits of x.
func split(x float64) (m float64, k, fraction int32) {
	x, k = normal(x)
	hx := high(x)
	k += hx>>20 - 1023
	hx &= 0x000fffff
	i := (hx + 0x95f64) & 0x100000
	return withHigh(x, hx|(i^0x3ff00000)), k + i>>20, hx
}

// series is what is left of log(1+f) when f-f²/2 is taken away, divided by s = f/(2+f), less f²/2.
func series(f float64) (s, r float64) {
	s = f / (2 + f)
	z := s * s
	w := z * z
	return s, float64(z*polynomial(w, logOdd...)) + float64(w*polynomial(w, logEven...))
}

// Log is the natural logarithm.
func Log(x float64) float64 {
	if y, done := logOf(x); done {
		return y
	}
	m, k, hx := split(x)
	f := m - 1
	dk := float64(k)
	if (0x000fffff & (2 + hx)) < 3 { // |f| < 2^-20
		if f == 0 {
			return float64(dk*ln2High) + float64(dk*ln2Low)
		}
		r := f * f * (half - float64(0.33333333333333333*f))
		if k == 0 {
			return f - r
		}
		return float64(dk*ln2High) - ((r - float64(dk*ln2Low)) - f)
	}
	s, r := series(f)
	if (hx-0x6147a)|(0x6b851-hx) > 0 {
		square := half * f * f
		if k == 0 {
			return f - (square - float64(s*(square+r)))
		}
		return float64(dk*ln2High) - ((square - (float64(s*(square+r)) + float64(dk*ln2Low))) - f)
	}
	if k == 0 {
		return f - float64(s*(f-r))
	}
	return float64(dk*ln2High) - ((float64(s*(f-r)) - float64(dk*ln2Low)) - f)
}

// Log2 is the logarithm to base 2.
func Log2(x float64) float64 {
	if y, done := logOf(x); done {
		return y
	}
	m, k, _ := split(x)
	f := m - 1
	square := half * f * f
	s, r := series(f)
	hi := clearLow(f - square)
	lo := (f - hi) - square + float64(s*(square+r))
	valueHigh := hi * ivLn2High
	valueLow := float64((lo+hi)*ivLn2Low) + float64(lo*ivLn2High)
	w := float64(k) + valueHigh
	valueLow += (float64(k) - w) + valueHigh
	return valueLow + w
}

// Log10 is the logarithm to base 10.
func Log10(x float64) float64 {
	if y, done := logOf(x); done {
		return y
	}
	m, k := normal(x)
	k += high(m)>>20 - 1023
	i := int32(uint32(k) >> 31)
	y := float64(k + i)
	m = withHigh(m, high(m)&0x000fffff|(0x3ff-i)<<20)
	z := float64(y*log2Low) + float64(ivLn10*Log(m))
	return z + float64(y*log2High)
}

// Asinh is the inverse of Sinh.
func Asinh(x float64) float64 {
	ax := math.Abs(x)
	var w float64
	switch ix := high(ax); {
	case ix >= 0x7ff00000 || ix < 0x3e300000:
		return x
	case ix > 0x41b00000:
		w = Log(ax) + ln2
	case ix > 0x40000000:
		w = Log(float64(2*ax) + 1/(math.Sqrt(float64(x*x)+1)+ax))
	default:
		t := x * x
		w = math.Log1p(ax + t/(1+math.Sqrt(1+t)))
	}
	return math.Copysign(w, x)
}

// Acosh is the inverse of Cosh.
func Acosh(x float64) float64 {
	switch ix := high(x); {
	case x < 1 || math.IsNaN(x):
		return math.NaN()
	case ix >= 0x7ff00000:
		return x
	case ix >= 0x41b00000:
		return Log(x) + ln2
	case x == 1:
		return 0
	case ix > 0x40000000:
		t := x * x
		return Log(float64(2*x) - 1/(x+math.Sqrt(t-1)))
	default:
		t := x - 1
		return math.Log1p(t + math.Sqrt(float64(2*t)+float64(t*t)))
	}
}

// Cbrt is the cube root.
func Cbrt(x float64) float64 {
	ax := math.Abs(x)
	if x == 0 || high(ax) >= 0x7ff00000 {
		return x
	}
	t := words(high(ax)/3+715094163, 0)
	if high(ax) < 0x00100000 {
		t = words(high(ax*two54)/3+696219795, 0)
	}
	t = math.Copysign(t, x)
	r := t * t * (t / x)
	t *= polynomial(r, 1.87595182427177009643, -1.88497979543377169875, 1.621429720105354466140) +
		float64(r*r*r*polynomial(r, -0.758397934778766047437, 0.145996192886612446982))
	t = math.Float64frombits((math.Float64bits(t) + 0x80000000) &^ 0x3fffffff)
	r = x / (t * t)
	return t + float64(t*((r-t)/(t+t+r)))
}
