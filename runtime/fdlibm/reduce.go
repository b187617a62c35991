package fdlibm

import (
	"math"
	"math/big"
	"sync"
)

// The parts of π/2, 33 bits each, and what is left behind each of them.
const (
	pio2First       = 1.57079632673412561417e+00
	pio2FirstRest   = 6.07710050650619224932e-11
	pio2Second      = 6.07710050630396597660e-11
	pio2SecondRest  = 2.02226624879595063154e-21
	pio2Third       = 2.02226624871116645580e-21
	pio2ThirdRest   = 8.47842766036889956997e-32
	invPio2         = 6.36619772367581382433e-01
	piBits          = 1400 // enough for the largest angle, and for one that is next to a multiple of π/2
	largestByParts  = 0x413921fb
	withinFirstQuad = 0x3fe921fb
)

// reduce takes multiples of π/2 from an angle: n of them (modulo 4), and a rest up to π/4 in two parts.
func reduce(x float64) (n int32, y, tail float64) {
	ax := math.Abs(x)
	switch ix := high(ax); {
	case ix <= withinFirstQuad:
		return 0, x, 0
	case ix <= largestByParts:
		n, y, tail = reduceByParts(ax)
	default:
		n, y, tail = reduceExactly(ax)
	}
	if x < 0 {
		return -n, -y, -tail
	}
	return n, y, tail
}

func reduceByParts(x float64) (n int32, y, tail float64) {
	n = int32(float64(x*invPio2) + half)
	fn := float64(n)
	r := x - float64(fn*pio2First)
	w := fn * pio2FirstRest
	y = r - w
	exponent := high(x) >> 20
	if exponent-high(y)>>20&0x7ff > 16 { // too many digits were lost
		t := r
		w = fn * pio2Second
		r = t - w
		w = float64(fn*pio2SecondRest) - ((t - r) - w)
		y = r - w
		if exponent-high(y)>>20&0x7ff > 49 {
			t = r
			w = fn * pio2Third
			r = t - w
			w = float64(fn*pio2ThirdRest) - ((t - r) - w)
			y = r - w
		}
	}
	return n, y, (r - y) - w
}

// halfPi is π/2 with all the digits that the largest number needs, by Machin's formula.
var halfPi = sync.OnceValue(func() *big.Float {
	one := new(big.Int).Lsh(big.NewInt(1), piBits)
	sum := new(big.Int).Mul(big.NewInt(8), arcTangentOfReciprocal(5, one))
	sum.Sub(sum, new(big.Int).Mul(big.NewInt(2), arcTangentOfReciprocal(239, one)))
	value := new(big.Float).SetPrec(piBits).SetInt(sum)
	return value.SetMantExp(value, -piBits)
})

func arcTangentOfReciprocal(n int64, one *big.Int) *big.Int {
	square := big.NewInt(n * n)
	power := new(big.Int).Quo(one, big.NewInt(n))
	sum := new(big.Int)
	for k := int64(1); power.Sign() != 0; k += 2 {
		term := new(big.Int).Quo(power, big.NewInt(k))
		if k%4 == 1 {
			sum.Add(sum, term)
		} else {
			sum.Sub(sum, term)
		}
		power.Quo(power, square)
	}
	return sum
}

func reduceExactly(x float64) (n int32, y, tail float64) {
	angle := new(big.Float).SetPrec(piBits).SetFloat64(x)
	quotient := new(big.Float).SetPrec(piBits).Quo(angle, halfPi())
	whole, _ := quotient.Add(quotient, big.NewFloat(half)).Int(nil)
	angle.Sub(angle, new(big.Float).SetPrec(2*piBits).Mul(new(big.Float).SetInt(whole), halfPi()))
	y, _ = angle.Float64()
	tail, _ = angle.Sub(angle, big.NewFloat(y)).Float64()
	return int32(new(big.Int).And(whole, big.NewInt(3)).Int64()), y, tail
}
