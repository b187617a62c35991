// Package fdlibm has the elementary functions as V8 computes them, to the last bit: Go's own differ from
// it by a unit in the last place here and there, which a script that compares or prints such a number sees.
//
// The algorithms and their coefficients are those of fdlibm, whose notice is:
//
//	Copyright (C) 1993-2004 by Sun Microsystems, Inc. All rights reserved.
//	Developed at SunSoft, a Sun Microsystems, Inc. business.
//	Permission to use, copy, modify, and distribute this software is freely granted,
//	provided that this notice is preserved.
//
// Products are converted to float64 where a sum follows, which keeps the compiler from fusing the two on
// processors that can: a fused sum is rounded once and not twice.
package fdlibm

import "math"

const (
	two54 = 1 << 54
	half  = 0.5
)

// high is the upper half of a number's bits: sign, exponent and the first twenty bits of the fraction.
func high(x float64) int32 { return int32(math.Float64bits(x) >> 32) }

func low(x float64) uint32 { return uint32(math.Float64bits(x)) }

func words(high int32, low uint32) float64 {
	return math.Float64frombits(uint64(uint32(high))<<32 | uint64(low))
}

func withHigh(x float64, high int32) float64 { return words(high, low(x)) }

// clearLow keeps the upper half, so that products of two such numbers are exact.
func clearLow(x float64) float64 { return words(high(x), 0) }

// polynomial is c[0] + x·c[1] + x²·c[2] + … by Horner's rule.
func polynomial(x float64, c ...float64) float64 {
	sum := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		sum = c[i] + float64(x*sum)
	}
	return sum
}
