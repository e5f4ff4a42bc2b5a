package cpu

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// RMSNorm computes y[t] = x[t]·rstd[t]·w with rstd[t] = 1/√(mean(x[t]²) + eps).
// Zhang & Sennrich 2019, equation 4.
func (b *Backend) RMSNorm(y, rstd, x, w kernels.Buffer, T, d int, eps float64) {
	const op = "RMSNorm"
	ys, rs := need(op, "y", y, T*d), need(op, "rstd", rstd, T)
	xs, ws := need(op, "x", x, T*d), need(op, "w", w, d)
	b.norm(ys, rs, nil, xs, nil, ws, T, d, eps)
}

// RMSNormAdd is RMSNorm of sum = x + r, which it also writes, in one pass over
// memory and with the bits of Add and RMSNorm. sum may be x.
func (b *Backend) RMSNormAdd(y, sum, rstd, x, r, w kernels.Buffer, T, d int, eps float64) {
	const op = "RMSNormAdd"
	ys, ss, rs := need(op, "y", y, T*d), need(op, "sum", sum, T*d), need(op, "rstd", rstd, T)
	xs, rr, ws := need(op, "x", x, T*d), need(op, "r", r, T*d), need(op, "w", w, d)
	b.norm(ys, rs, ss, xs, rr, ws, T, d, eps)
}

// norm is RMSNorm of x, and RMSNormAdd if there is a sum.
func (b *Backend) norm(y, rstd, sum, x, r, w []float32, T, d int, eps float64) {
	type args struct {
		y, rstd, sum, x, r, w []float32
		d                     int
		eps                   float64
		stream                bool
	}
	stream := streams(y, 2*T*d) && d%16 == 0
	shareRows(b, T, d/4, args{y, rstd, sum, x, r, w, d, eps, stream}, func(b *Backend, a *args, _, lo, hi int) {
		for t := lo; t < hi; t++ {
			i, j := t*a.d, (t+1)*a.d
			row, squares := a.x[i:j], float32(0)
			if a.sum == nil {
				squares = dot(b.isa, row, row)
			} else {
				squares = addDot(b.isa, a.sum[i:j], row, a.r[i:j])
				row = a.sum[i:j]
			}
			a.rstd[t] = float32(1 / math.Sqrt(float64(squares)/float64(a.d)+a.eps))
			scaleMul(b.isa, a.y[i:j], row, a.w, a.rstd[t], a.stream)
		}
		if a.stream {
			storeFence()
		}
	})
}

// normBlock is the number of rows whose part of dw is summed first; the parts
// are then added in ascending order, whoever computed them.
const normBlock = 64

// RMSNormBackward adds, with c[t] = rstd²/d · Σ_i dy[t,i]·w[i]·x[t,i],
//
//	dx[t,i] += rstd·(dy[t,i]·w[i] − x[t,i]·c[t])
//	dw[i]   += Σ_t dy[t,i]·x[t,i]·rstd[t]
func (b *Backend) RMSNormBackward(dx, dw, dy, x, w, rstd kernels.Buffer, T, d int) {
	const op = "RMSNormBackward"
	dxs, dws := maybe(op, "dx", dx, T*d), maybe(op, "dw", dw, d)
	dys, xs := need(op, "dy", dy, T*d), need(op, "x", x, T*d)
	ws, rs := need(op, "w", w, d), need(op, "rstd", rstd, T)
	if T == 0 || d == 0 {
		return
	}
	blocks := (T + normBlock - 1) / normBlock
	b.mu.Lock()
	defer b.mu.Unlock()
	parts := b.shared.get(slotTile, blocks*d)
	type args struct {
		parts, dx, dw, dy, x, w, rstd []float32
		T, d                          int
	}
	shareHeld(b, blocks, normBlock*d/3, args{parts, dxs, dws, dys, xs, ws, rs, T, d}, func(b *Backend, a *args, _, lo, hi int) {
		parts, dxs, dws, dys, xs, ws, rs, T, d := a.parts, a.dx, a.dw, a.dy, a.x, a.w, a.rstd, a.T, a.d
		for k := lo; k < hi; k++ {
			part := parts[k*d : (k+1)*d]
			clear(part)
			for t := k * normBlock; t < min(T, (k+1)*normBlock); t++ {
				dyt, xt, r := dys[t*d:(t+1)*d], xs[t*d:(t+1)*d], rs[t]
				if dxs != nil {
					c := dot3(b.isa, dyt, ws, xt)
					c = float32(float64(c) * float64(r) * float64(r) / float64(d))
					normBackward(b.isa, dxs[t*d:(t+1)*d], dyt, ws, xt, r, c)
				}
				if dws != nil {
					mulAdd(b.isa, part, dyt, xt, r)
				}
			}
		}
	})
	if dws != nil {
		for k := range blocks {
			addTo(b.isa, dws, parts[k*d:(k+1)*d])
		}
	}
}
