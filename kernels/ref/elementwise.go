package ref

import "github.com/stepgrain/stepgrain/kernels"

// Add computes y = a + b over n numbers. y may be a or b.
func (Of[F]) Add(yb, ab, bb kernels.Buffer, n int) {
	y, a, b := slice[F]("Add", "y", yb, n), slice[F]("Add", "a", ab, n), slice[F]("Add", "b", bb, n)
	for i := range n {
		y[i] = a[i] + b[i]
	}
}

// AddScaled computes y += s·x over n numbers.
func (Of[F]) AddScaled(yb, xb kernels.Buffer, s float64, n int) {
	y, x := slice[F]("AddScaled", "y", yb, n), slice[F]("AddScaled", "x", xb, n)
	for i := range n {
		y[i] = F(float64(y[i]) + s*float64(x[i]))
	}
}

// Scale computes y = s·y over n numbers.
func (Of[F]) Scale(yb kernels.Buffer, s float64, n int) {
	y := slice[F]("Scale", "y", yb, n)
	for i := range n {
		y[i] = F(s * float64(y[i]))
	}
}

// Round writes x as bfloat16 over n numbers, subnormal ones as 0.
func (Of[F]) Round(y, xb kernels.Buffer, n int) {
	x := slice[F]("Round", "x", xb, n)
	for i := range n {
		y.BF16()[i] = kernels.RoundBF16(float32(factor(float64(x[i]), kernels.BF16)))
	}
}

// SumSquares returns Σ x² in float64, for i ascending.
func (Of[F]) SumSquares(xb kernels.Buffer, n int) float64 {
	s := 0.0
	for _, x := range slice[F]("SumSquares", "x", xb, n) {
		s += float64(x) * float64(x)
	}
	return s
}
