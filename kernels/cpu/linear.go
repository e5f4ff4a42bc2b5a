package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Pack lays a weight out as the products of its kind want it.
func (b *Backend) Pack(w *kernels.Weight) {
	switch {
	case w.Blocks != nil:
		b.packBlocks(w)
	case w.Compute == kernels.I8:
		b.packI8(w)
	case w.Compute == kernels.BF16:
		b.packBF16(w)
	default:
		b.packF32(w)
	}
}

// Linear computes y[T,N] = x[T,K]·wᵀ and the epilogue.
func (b *Backend) Linear(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	switch {
	case w.Blocks != nil:
		b.linearBlocks(y, x, w, T, e)
	case w.Compute == kernels.I8:
		b.linearI8(y, x, w, T, e)
	case w.Compute == kernels.BF16:
		b.product16(forward16(y, x, w, T, e))
	default:
		b.linearF32(y, x, w, T, e)
	}
}

// LinearBackwardX computes dx[T,K] (+)= dy[T,N]·w.
func (b *Backend) LinearBackwardX(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) {
	switch {
	case w.Blocks != nil || w.Compute == kernels.I8:
		panic("kernels/cpu: LinearBackwardX: a weight of 8-bit integers or blocks has no backward pass")
	case w.Compute == kernels.BF16:
		b.product16(b.backwardX16(dx, dy, w, T, acc))
	default:
		b.linearBackwardXF32(dx, dy, w, T, acc)
	}
}

// LinearBackwardW computes dw[N,K] += dyᵀ·x and dbias[N] += Σ_t dy[t]. The
// sums go on from the old dw and dbias in ascending t, so a batch given in two
// calls has the bits of one call; with BF16, when it is cut at a multiple of 32
// rows.
func (b *Backend) LinearBackwardW(dw, dbias, dy, x kernels.Buffer, T, N, K int, compute kernels.DType) {
	if !dw.IsZero() {
		switch compute {
		case kernels.BF16:
			b.product16(backwardW16(dw, dy, x, T, N, K))
		default:
			b.linearBackwardWF32(dw, dy, x, T, N, K)
		}
	}
	if !dbias.IsZero() {
		b.sumRows(need("LinearBackwardW", "dbias", dbias, N), need("LinearBackwardW", "dy", dy, T*N), T, N)
	}
}

// sumRows adds Σ_t dy[t] to sum[N], in ascending t.
func (b *Backend) sumRows(sum, dy []float32, T, N int) {
	const block = 64
	type args struct {
		sum, dy []float32
		T, N    int
	}
	shareRows(b, (N+block-1)/block, T*block/16, args{sum, dy, T, N}, func(b *Backend, a *args, _, lo, hi int) {
		sum, dy, T, N := a.sum, a.dy, a.T, a.N
		j0, j1 := lo*block, min(N, hi*block)
		for t := range T {
			addTo(b.isa, sum[j0:j1], dy[t*N+j0:t*N+j1])
		}
	})
}
