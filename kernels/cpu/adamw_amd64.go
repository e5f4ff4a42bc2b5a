//go:build !purego

package cpu

import "github.com/stepgrain/stepgrain/kernels"

// bf16Table holds the constants of rounding to bfloat16: the last bit that
// stays, almost half of it, and the bit that keeps NaN from becoming ∞.
//
//lint:ignore U1000 read by the assembly
var bf16Table = [...]uint32{1, 0x7fff, 0x40}

func adamw(isa isa, p, g, m, v []float32, s *adamScalars) {
	if isa == avx512 {
		adamw512(p, g, m, v, s)
	} else if isa == avx2 {
		adamw256(p, g, m, v, s)
	} else {
		adamwGeneric(p, g, m, v, s)
	}
}

// adamwCopy is adamw and h = p, rounded. The length is a multiple of 16.
func adamwCopy(isa isa, p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars) {
	if isa == avx512 {
		adamwCopy512(p, g, m, v, h, s)
	} else if isa == avx2 {
		adamwCopy256(p, g, m, v, h, s)
	} else {
		adamwCopyGeneric(p, g, m, v, h, s)
	}
}

func sumSquares(isa isa, x []float32) float64 {
	if isa == avx512 {
		return sumSquares512(x)
	} else if isa == avx2 {
		return sumSquares256(x)
	}
	return sumSquaresGeneric(x)
}

//go:noescape
func adamw512(p, g, m, v []float32, s *adamScalars)

//go:noescape
func adamw256(p, g, m, v []float32, s *adamScalars)

//go:noescape
func adamwCopy512(p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars)

//go:noescape
func adamwCopy256(p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars)

//go:noescape
func sumSquares512(x []float32) float64

//go:noescape
func sumSquares256(x []float32) float64
