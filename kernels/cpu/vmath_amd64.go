//go:build !purego

package cpu

import "math"

// mathTable holds the constants of the logarithm, tanh and 1/√x.
//
// Logarithm: x = 2ᵉ·m with m in [2/3, 4/3), found by subtracting the bits of
// 2/3, and with f = m − 1
//
//	ln x = e·ln 2 + f − f²/2 + f³·(c0 + c1·f + … + c7·f⁷)
//
// where the c have the least relative error of ln m, 6e-9 (found by weighted
// least squares, the weights changed until the errors were level).
//
// 1/√x: half the exponent by an integer shift gives y within 3.5 %; with
// r = 1 − x·y² the binomial series y·(1 − r)^−½ up to r⁴ gives 4e-7, and up to
// r once more the rest.
//
//lint:ignore U1000 read by the assembly
var mathTable = [...]float32{
	0x1p-126,                         // +0   the smallest normal number
	0x1p24,                           // +4   makes subnormal numbers normal
	24,                               // +8   its logarithm to base 2
	2.0 / 3,                          // +12
	1,                                // +16
	-0.12891684,                      // +20  c7
	0.13984437,                       // +24  c6
	-0.12184262,                      // +28  c5
	0.14005868,                       // +32  c4
	-0.16680488,                      // +36  c3
	0.20010406,                       // +40  c2
	-0.24999797,                      // +44  c1
	0.33333215,                       // +48  c0
	-0.5,                             // +52
	-2.12194440e-4,                   // +56  ln 2, lower part
	0.693359375,                      // +60  ln 2, upper part: exact times e
	float32(math.Inf(1)),             // +64
	float32(math.NaN()),              // +68
	float32(math.Inf(-1)),            // +72
	math.Float32frombits(1<<31 - 1),  // +76  all bits but the sign
	20,                               // +80  e^20: tanh is 1
	2,                                // +84
	0x1p12,                           // +88  1/√2^−24
	35.0 / 128,                       // +92  the binomial series
	5.0 / 16,                         // +96
	3.0 / 8,                          // +100
	0.5,                              // +104
	math.Float32frombits(0x5f375a86), // +108 minus half the bits of x: about 1/√x
	math.Float32frombits(1 << 31),    // +112 the sign
}

func logVec(isa isa, y, x []float32) {
	if isa == avx512 {
		log512(y, x)
	} else if isa == avx2 {
		log256(y, x)
	} else {
		mapGeneric(y, x, logGeneric)
	}
}

func tanhVec(isa isa, y, x []float32) {
	if isa == avx512 {
		tanh512(y, x)
	} else if isa == avx2 {
		tanh256(y, x)
	} else {
		mapGeneric(y, x, tanhGeneric)
	}
}

func rsqrtVec(isa isa, y, x []float32) {
	if isa == avx512 {
		rsqrt512(y, x)
	} else if isa == avx2 {
		rsqrt256(y, x)
	} else {
		mapGeneric(y, x, rsqrtGeneric)
	}
}

//go:noescape
func log512(y, x []float32)

//go:noescape
func log256(y, x []float32)

//go:noescape
func tanh512(y, x []float32)

//go:noescape
func tanh256(y, x []float32)

//go:noescape
func rsqrt512(y, x []float32)

//go:noescape
func rsqrt256(y, x []float32)
