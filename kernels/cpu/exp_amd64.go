//go:build !purego

package cpu

import "math"

// expTable holds the constants of the vector exponential, each eight times so
// that AVX2 can read them from memory. With n = round(x/ln 2) and
// r = x − n·ln 2 (ln 2 in two parts, Cody & Waite 1980),
//
//	e^x = 2ⁿ·(1 + r + r²·(c2 + c3·r + c4·r² + c5·r³ + c6·r⁴))
//
// The c are the minimax polynomial of relative error 4.4e-9 on |r| ≤ ½ ln 2
// (Remez exchange), far below the rounding of float32.
//
//lint:ignore U1000 read by the assembly
var expTable = [...][8]float32{
	eight(1.44269504),            // +0   1/ln 2
	eight(-0.693359375),          // +32  −ln 2, upper part: exact times n
	eight(2.12194440e-4),         // +64  −ln 2, lower part
	eight(0.0013814467238262296), // +96  c6
	eight(0.008368780836462975),  // +128 c5
	eight(0.04166839271783829),   // +160 c4
	eight(0.1666651964187622),    // +192 c3
	eight(0.4999999403953552),    // +224 c2
	eight(1),                     // +256 c1 and c0
	eight(89),                    // +288 e^89 is ∞ like all beyond
	eight(expMin),                // +320 e^x is 0 below
	eight(float32(math.Inf(-1))), // +352
}

//lint:ignore U1000 used by expTable
func eight(x float32) [8]float32 { return [8]float32{x, x, x, x, x, x, x, x} }

// tailTable gives the AVX2 mask of the first n lanes at element 8−n.
//
//lint:ignore U1000 read by the assembly
var tailTable = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1}

// expBias turns an integer into the exponent field of a float32.
//
//lint:ignore U1000 read by the assembly
var expBias = [8]int32{127, 127, 127, 127, 127, 127, 127, 127}
