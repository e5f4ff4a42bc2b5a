package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// factors returns the factors of a product whose Compute is compute: x itself,
// or for BF16 a copy of every [factor].
func factors[F float32 | float64](x []F, compute kernels.DType) []F {
	if compute != kernels.BF16 {
		return x
	}
	y := make([]F, len(x))
	for i, v := range x {
		y[i] = F(factor(float64(v), compute))
	}
	return y
}

// factor returns a factor of a product whose Compute is compute: x itself, or
// for BF16 the nearest bfloat16, ties to even, with subnormal numbers as 0. Sums
// have the type of all sums here, float64.
func factor(x float64, compute kernels.DType) float64 {
	if compute != kernels.BF16 {
		return x
	}
	f := float32(x)
	if math.Abs(float64(f)) < 0x1p-126 {
		return math.Copysign(0, x)
	}
	return float64(kernels.RoundBF16(f).Float32())
}

// widened returns the first n elements of an operand that may hold bfloat16.
func widened[F float32 | float64](op, name string, b kernels.Buffer, n int) []F {
	if b.DType != kernels.BF16 {
		return slice[F](op, name, b, n)
	}
	if b.Len() < n {
		slice[F](op, name, kernels.Of(make([]F, b.Len())), n) // says so
	}
	x := make([]F, n)
	for i := range x {
		x[i] = F(b.At(i))
	}
	return x
}
