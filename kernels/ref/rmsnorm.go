package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// RMSNorm normalises each row by its root mean square and scales it.
//
//	rstd[t] = 1/√( Σ_i x[t,i]²/d + eps )
//	y[t,i]  = x[t,i]·rstd[t]·w[i]
//
// x, y are [T, d]; w is [d]; rstd is [T] and is what the backward pass needs.
// Zhang & Sennrich 2019, equation 4.
func (Of[F]) RMSNorm(yb, rb, xb, wb kernels.Buffer, T, d int, eps float64) {
	y, rstd := slice[F]("RMSNorm", "y", yb, T*d), slice[F]("RMSNorm", "rstd", rb, T)
	x, w := slice[F]("RMSNorm", "x", xb, T*d), slice[F]("RMSNorm", "w", wb, d)
	for t := range T {
		s := 0.0
		for i := range d {
			s += float64(x[t*d+i]) * float64(x[t*d+i])
		}
		r := 1 / math.Sqrt(s/float64(d)+eps)
		rstd[t] = F(r)
		for i := range d {
			y[t*d+i] = F(float64(x[t*d+i]) * r * float64(w[i]))
		}
	}
}

// RMSNormAdd is RMSNorm of sum = x + r, rounded to F, which it also writes.
// sum may be x.
func (b Of[F]) RMSNormAdd(yb, sb, rstd, xb, rb, wb kernels.Buffer, T, d int, eps float64) {
	sum, x, r := slice[F]("RMSNormAdd", "sum", sb, T*d), slice[F]("RMSNormAdd", "x", xb, T*d), slice[F]("RMSNormAdd", "r", rb, T*d)
	for i := range T * d {
		sum[i] = x[i] + r[i]
	}
	b.RMSNorm(yb, rstd, sb, wb, T, d, eps)
}

// RMSNormBackward adds to dx and dw; either may be absent. With r = rstd[t],
//
//	c        = Σ_j w[j]·dy[t,j]·x[t,j]
//	dx[t,i] += r·w[i]·dy[t,i] − x[t,i]·r³·c/d      (through x_i, and through r)
//	dw[i]   += Σ_t dy[t,i]·x[t,i]·r
func (Of[F]) RMSNormBackward(dxb, dwb, dyb, xb, wb, rb kernels.Buffer, T, d int) {
	const op = "RMSNormBackward"
	dx, dw := optional[F](op, "dx", dxb, T*d), optional[F](op, "dw", dwb, d)
	dy, x := slice[F](op, "dy", dyb, T*d), slice[F](op, "x", xb, T*d)
	w, rstd := slice[F](op, "w", wb, d), slice[F](op, "rstd", rb, T)
	for t := range T {
		if dx == nil {
			break
		}
		r, c := float64(rstd[t]), 0.0
		for i := range d {
			c += float64(w[i]) * float64(dy[t*d+i]) * float64(x[t*d+i])
		}
		for i := range d {
			g := r*float64(w[i])*float64(dy[t*d+i]) - float64(x[t*d+i])*r*r*r*c/float64(d)
			dx[t*d+i] = F(float64(dx[t*d+i]) + g)
		}
	}
	for i := range d {
		if dw == nil {
			break
		}
		s := 0.0
		for t := range T {
			s += float64(dy[t*d+i]) * float64(x[t*d+i]) * float64(rstd[t])
		}
		dw[i] = F(float64(dw[i]) + s)
	}
}
