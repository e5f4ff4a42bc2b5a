package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// factors returns the factors of a product whose Compute is compute: x itself,
// or for BF16 a copy rounded to the nearest bfloat16, ties to even, with
// subnormal numbers as 0. Sums have the type of all sums here, float64.
func factors[F float32 | float64](x []F, compute kernels.DType) []F {
	if compute != kernels.BF16 {
		return x
	}
	y := make([]F, len(x))
	for i, v := range x {
		if f := float32(v); math.Abs(float64(f)) >= 0x1p-126 || f != f {
			y[i] = F(kernels.RoundBF16(f).Float32())
		}
	}
	return y
}
