package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// SwiGLU computes y = silu(g)·u with silu(g) = g·σ(g), σ(g) = 1/(1 + exp(−g)),
// over n numbers. Shazeer 2020.
func (Of[F]) SwiGLU(yb, gb, ub kernels.Buffer, n int) {
	y, g, u := slice[F]("SwiGLU", "y", yb, n), slice[F]("SwiGLU", "gate", gb, n), slice[F]("SwiGLU", "up", ub, n)
	for i := range n {
		x := float64(g[i])
		y[i] = F(x * sigmoid(x) * float64(u[i]))
	}
}

// SwiGLUBackward adds to dgate and dup, which begin at zero without acc; either may
// be absent.
//
//	dg += dy·u·σ(g)·(1 + g·(1 − σ(g)))
//	du += dy·g·σ(g)
func (Of[F]) SwiGLUBackward(dgb, dub, dyb, gb, ub kernels.Buffer, n int, acc bool) {
	const op = "SwiGLUBackward"
	dg, du := optional[F](op, "dgate", dgb, n), optional[F](op, "dup", dub, n)
	dy, g, u := slice[F](op, "dy", dyb, n), slice[F](op, "gate", gb, n), slice[F](op, "up", ub, n)
	if !acc {
		clear(dg)
		clear(du)
	}
	for i := range n {
		x := float64(g[i])
		s := sigmoid(x)
		if dg != nil {
			dg[i] = F(float64(dg[i]) + float64(dy[i])*float64(u[i])*s*(1+x*(1-s)))
		}
		if du != nil {
			du[i] = F(float64(du[i]) + float64(dy[i])*x*s)
		}
	}
}

// sigmoid computes 1/(1+exp(−x)) without overflow on either side.
func sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}
