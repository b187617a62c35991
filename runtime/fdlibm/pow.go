package fdlibm

import "math"

const (
	ln2Head    = 6.93147182464599609375e-01
	ln2Tail    = -1.90465429995776804525e-09
	overTail   = 8.0085662595372944372e-0017 // of log2(overflow threshold)
	twoThirds  = 9.61796693925975554329e-01  // 2/(3 ln 2)
	thirdsHead = 9.61796700954437255859e-01
	thirdsTail = -7.02846165095275826516e-09
	ivLn2Head  = 1.44269502162933349609e+00
	ivLn2Tail  = 1.92596299112661746887e-08
	log15Head  = 5.84962487220764160156e-01 // of log2(1.5)
	log15Tail  = 1.35003920212974897128e-08
)

var powCoefficients = []float64{
	5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01,
	2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01,
}

// Pow is x to the power of y, as JavaScript defines it: a base of 1 or -1 has no infinite power.
func Pow(x, y float64) float64 {
	switch {
	case y == 0:
		return 1
	case math.IsNaN(x) || math.IsNaN(y):
		return math.NaN()
	case math.IsInf(y, 0):
		return infinitePower(x, y)
	case y == 1:
		return x
	case y == -1:
		return 1 / x
	case y == 2:
		return x * x
	case y == half && high(x) >= 0:
		return math.Sqrt(x)
	}
	odd, whole := parity(y)
	if x == 0 || math.IsInf(x, 0) || math.Abs(x) == 1 {
		return simpleBase(x, y, odd, whole)
	}
	if x < 0 && !whole {
		return math.NaN()
	}
	sign := 1.0
	if x < 0 && odd {
		sign = -1
	}
	var t1, t2 float64
	if high(math.Abs(y)) <= 0x41e00000 {
		t1, t2 = log2Pair(math.Abs(x))
	} else if z, known := farPower(math.Abs(x), y); known {
		return sign * z
	} else {
		t1, t2 = log2Near(math.Abs(x))
	}
	y1 := clearLow(y)
	lo := float64((y-y1)*t1) + float64(y*t2)
	hi := y1 * t1
	return sign * exp2(hi, lo)
}

func infinitePower(x, y float64) float64 {
	switch ax := math.Abs(x); {
	case ax == 1:
		return math.NaN()
	case (ax > 1) == (y > 0):
		return math.Inf(1)
	default:
		return 0
	}
}

// parity tells whether y is a whole number, and an odd one.
func parity(y float64) (odd, whole bool) {
	whole = y == math.Trunc(y)
	return whole && math.Abs(y) < 1<<53 && math.Mod(y, 2) != 0, whole
}

// simpleBase is the power of ±0, ±1 and ±∞.
func simpleBase(x, y float64, odd, whole bool) float64 {
	z := math.Abs(x)
	if y < 0 {
		z = 1 / z
	}
	switch {
	case high(x) >= 0 || !math.Signbit(x):
		return z
	case x == -1 && !whole:
		return math.NaN()
	case odd:
		return -z
	default:
		return z
	}
}

// farPower is the power for a |y| over 2^31 where it overflows or underflows for certain.
func farPower(x, y float64) (z float64, known bool) {
	ix := high(x)
	far := high(math.Abs(y)) > 0x43f00000
	small := ix < 0x3fefffff || far && ix <= 0x3fefffff
	large := ix > 0x3ff00000 || far && ix >= 0x3ff00000
	switch {
	case small && y < 0, large && y > 0:
		return math.Inf(1), true
	case small, large:
		return 0, true
	}
	return 0, false
}

// log2Near is log2Pair for an x that is 1 but for 2^-20.
func log2Near(x float64) (t1, t2 float64) {
	t := x - 1
	w := t * t * (half - float64(t*(0.3333333333333333333333-float64(t*0.25))))
	u := ivLn2Head * t
	v := float64(t*ivLn2Tail) - float64(w*invLn2)
	t1 = clearLow(u + v)
	return t1, v - (t1 - u)
}

// log2Pair is the logarithm of x to base 2 in two parts, the first with a short fraction.
func log2Pair(ax float64) (t1, t2 float64) {
	ax, n := normalPow(ax)
	ix := high(ax)
	n += ix>>20 - 0x3ff
	j := ix & 0x000fffff
	ix = j | 0x3ff00000
	k := 0
	switch {
	case j <= 0x3988e: // under √3/2
	case j < 0xbb67a: // under √3
		k = 1
	default:
		n++
		ix -= 0x00100000
	}
	ax = withHigh(ax, ix)
	base, head, tail := 1.0, 0.0, 0.0
	if k == 1 {
		base, head, tail = 1.5, log15Head, log15Tail
	}
	// ss = (x-base)/(x+base), in two parts
	u := ax - base
	v := 1 / (ax + base)
	ss := u * v
	sh := clearLow(ss)
	th := words((ix>>1|0x20000000)+0x00080000+int32(k)<<18, 0)
	tl := ax - (th - base)
	sl := v * ((u - float64(sh*th)) - float64(sh*tl))
	// log(x)
	s2 := ss * ss
	r := s2 * s2 * polynomial(s2, powCoefficients...)
	r += sl * (sh + ss)
	s2 = sh * sh
	th = clearLow(3 + s2 + r)
	tl = r - ((th - 3) - s2)
	u = sh * th
	v = float64(sl*th) + float64(tl*ss)
	ph := clearLow(u + v)
	pl := v - (ph - u)
	zh := thirdsHead * ph
	zl := float64(thirdsTail*ph) + float64(pl*twoThirds) + tail
	t := float64(n)
	t1 = clearLow(((zh + zl) + head) + t)
	return t1, zl - (((t1 - t) - head) - zh)
}

// normalPow is normal with the scale that Pow has in fdlibm.
func normalPow(x float64) (float64, int32) {
	if high(x) < 0x00100000 {
		return x * (1 << 53), -53
	}
	return x, 0
}

// exp2 is 2 to the power of hi+lo.
func exp2(hi, lo float64) float64 {
	z := lo + hi
	j, i := high(z), int32(low(z))
	switch {
	case j >= 0x40900000 && ((j-0x40900000)|i != 0 || lo+overTail > z-hi):
		return math.Inf(1)
	case j&0x7fffffff >= 0x4090cc00 && (int32(uint32(j)-0xc090cc00)|i != 0 || lo <= z-hi):
		return 0
	}
	n := int32(0)
	if i = j & 0x7fffffff; i > 0x3fe00000 {
		n, hi = nearest(j, hi)
	}
	t := clearLow(lo + hi)
	u := t * ln2Head
	v := float64((lo-(t-hi))*ln2) + float64(t*ln2Tail)
	z = u + v
	w := v - (z - u)
	t = z * z
	t1 := z - float64(t*polynomial(t, expCoefficients...))
	r := z * t1 / ((t1 - 2) - (w + float64(z*w))) // the quotient spans more than in fdlibm: so it is in V8
	z = 1 - (r - z)
	if scaled := high(z) + n<<20; scaled>>20 > 0 {
		return withHigh(z, scaled)
	}
	return math.Ldexp(z, int(n))
}

// nearest is the whole number nearest to z, whose upper bits are j, and what remains of hi.
func nearest(j int32, hi float64) (n int32, rest float64) {
	k := (j&0x7fffffff)>>20 - 0x3ff
	n = j + 0x00100000>>(k+1)
	k = (n&0x7fffffff)>>20 - 0x3ff
	t := words(n&^(0x000fffff>>k), 0)
	n = (n&0x000fffff | 0x00100000) >> (20 - k)
	if j < 0 {
		n = -n
	}
	return n, hi - t
}
