package ref

import "github.com/stepgrain/stepgrain/kernels"

// ReLU computes y = max(x, 0) over n numbers. NaN stays NaN.
func (Of[F]) ReLU(yb, xb kernels.Buffer, n int) {
	y, x := slice[F]("ReLU", "y", yb, n), slice[F]("ReLU", "x", xb, n)
	for i := range n {
		y[i] = max(x[i], 0)
	}
}

// ReLUBackward adds dx += dy where x > 0.
func (Of[F]) ReLUBackward(dxb, dyb, xb kernels.Buffer, n int) {
	const op = "ReLUBackward"
	dx, dy, x := slice[F](op, "dx", dxb, n), slice[F](op, "dy", dyb, n), slice[F](op, "x", xb, n)
	for i := range n {
		if x[i] > 0 {
			dx[i] += dy[i]
		}
	}
}
