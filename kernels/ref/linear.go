package ref

import "github.com/stepgrain/stepgrain/kernels"

// Linear computes y = x·wᵀ with an epilogue.
//
//	for t, n := range T, N {
//		s := Σ_k x[t,k]·w[n,k]                   of a quantised weight: see blocks.go
//		s += bias[n] + Σ_r u[t,r]·b[n,r]
//		up[t,n] = s; s = silu(gate[t,n])·s       with gate
//		y[t,n] = add[t,n] + s
//	}
//
// x is [T, K], w [N, K], y [T, N]. With Compute BF16 the factors x and w are
// rounded first, see factors; so they are in the backward passes.
func (Of[F]) Linear(yb, xb kernels.Buffer, wt *kernels.Weight, T int, e kernels.Epilogue) {
	N, K := wt.N, wt.K
	y, x := slice[F]("Linear", "y", yb, T*N), slice[F]("Linear", "x", xb, T*K)
	sums, bias := quantised(xb, wt, T), optional[F]("Linear", "bias", e.Bias, N)
	var w []F
	if sums == nil {
		w = factors(slice[F]("Linear", "w", wt.Raw, N*K), wt.Compute)
		x = factors(x, wt.Compute)
	}
	gate, up := optional[F]("Linear", "gate", e.Gate, T*N), optional[F]("Linear", "up", e.Up, T*N)
	add := optional[F]("Linear", "add", e.Add, T*N)
	var u, b []F
	R := 0
	if e.LowRank != nil {
		R = e.LowRank.B.K
		u, b = slice[F]("Linear", "u", e.LowRank.U, T*R), slice[F]("Linear", "b", e.LowRank.B.Raw, N*R)
	}
	for t := range T {
		for n := range N {
			s := 0.0
			if sums != nil {
				s = sums[t*N+n]
			} else {
				for k := range K {
					s += float64(x[t*K+k]) * float64(w[n*K+k])
				}
			}
			if bias != nil {
				s += float64(bias[n])
			}
			for r := range R {
				s += float64(u[t*R+r]) * float64(b[n*R+r])
			}
			if gate != nil {
				if up != nil {
					up[t*N+n] = F(s)
				}
				s *= float64(gate[t*N+n]) * sigmoid(float64(gate[t*N+n]))
			}
			if add != nil {
				s += float64(add[t*N+n])
			}
			y[t*N+n] = F(s)
		}
	}
}

// LinearBackwardX computes dx = dy·w, or dx += dy·w.
//
//	dx[t,k] = Σ_n dy[t,n]·w[n,k]
func (Of[F]) LinearBackwardX(dxb, dyb kernels.Buffer, wt *kernels.Weight, T int, acc bool) {
	N, K := wt.N, wt.K
	dx, dy := slice[F]("LinearBackwardX", "dx", dxb, T*K), slice[F]("LinearBackwardX", "dy", dyb, T*N)
	w := factors(slice[F]("LinearBackwardX", "w", wt.Raw, N*K), wt.Compute)
	dy = factors(dy, wt.Compute)
	for t := range T {
		for k := range K {
			s := 0.0
			for n := range N {
				s += float64(dy[t*N+n]) * float64(w[n*K+k])
			}
			if acc {
				s += float64(dx[t*K+k])
			}
			dx[t*K+k] = F(s)
		}
	}
}

// LinearBackwardW adds dw += dyᵀ·x and dbias += Σ_t dy[t]; either may be absent.
//
//	dw[n,k] += Σ_t dy[t,n]·x[t,k]
func (Of[F]) LinearBackwardW(dwb, dbb, dyb, xb kernels.Buffer, T, N, K int, compute kernels.DType) {
	dw, dbias := optional[F]("LinearBackwardW", "dw", dwb, N*K), optional[F]("LinearBackwardW", "dbias", dbb, N)
	dy, x := slice[F]("LinearBackwardW", "dy", dyb, T*N), slice[F]("LinearBackwardW", "x", xb, T*K)
	dyFactors, x := factors(dy, compute), factors(x, compute)
	for n := range N {
		if dw != nil {
			for k := range K {
				s := 0.0
				for t := range T {
					s += float64(dyFactors[t*N+n]) * float64(x[t*K+k])
				}
				dw[n*K+k] = F(float64(dw[n*K+k]) + s)
			}
		}
		if dbias != nil {
			s := 0.0
			for t := range T {
				s += float64(dy[t*N+n])
			}
			dbias[n] = F(float64(dbias[n]) + s)
		}
	}
}

// Linears computes several maps of one input.
func (r Of[F]) Linears(x kernels.Buffer, maps []kernels.Map, T int) {
	for _, m := range maps {
		r.Linear(m.Y, x, m.W, T, m.Epilogue)
	}
}

// LinearsBackward computes their gradients; dx is the sum of what each gives.
func (r Of[F]) LinearsBackward(dx, x kernels.Buffer, maps []kernels.MapGrad, T int, acc bool) {
	for i, m := range maps {
		r.LinearBackwardW(m.DW, m.DBias, m.DY, x, T, m.W.N, m.W.K, m.W.Compute)
		if !dx.IsZero() {
			r.LinearBackwardX(dx, m.DY, m.W, T, acc || i > 0)
		}
	}
}
