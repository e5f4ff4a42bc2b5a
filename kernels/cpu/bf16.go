package cpu

import (
	"fmt"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// packedBF16 is what Pack makes of a weight whose products are formed in
// bfloat16: panels, see product16.
type packedBF16 struct{ layouts[uint32] }

func (b *Backend) packBF16(w *kernels.Weight) {
	packed, ok := w.Packed.(*packedBF16)
	if !ok {
		packed = new(packedBF16)
		w.Packed = packed
	}
	packed.pack(b, w, panels16(w.N)*panelSize16(w.K), fillBF16)
}

type packArgs16 struct {
	panels []uint32
	w      []float32
	n, k   int
}

// fillBF16 lays w[N,K] out for sums over its columns.
func fillBF16(b *Backend, panels []uint32, w *kernels.Weight) {
	raw := need("Pack", "w", w.Raw, w.N*w.K)
	shareRows(b, panels16(w.N), w.K*4, packArgs16{panels, raw, w.N, w.K}, func(b *Backend, a *packArgs16, _, lo, hi int) {
		for p := lo; p < hi; p++ {
			packPanel16(b.isa, a.panels[p*panelSize16(a.k):], a.w[p*nr*a.k:], a.k, min(nr, a.n-p*nr))
		}
	})
}

// fillBackwardBF16 lays w[N,K] out for sums over its rows.
func fillBackwardBF16(b *Backend, panels []uint32, w *kernels.Weight) {
	raw := need("LinearBackwardX", "w", w.Raw, w.N*w.K)
	shareRows(b, blocks16(w.N), w.K*2, packArgs16{panels, raw, w.N, w.K}, func(b *Backend, a *packArgs16, _, lo, hi int) {
		for q := lo; q < hi; q++ {
			packPairs16(b.isa, a.panels[q*blockSize16:], panelSize16(a.n), a.w[q*kStep16*a.k:], a.k, min(kStep16, a.n-q*kStep16), a.k)
		}
	})
}

func panelsBF16(op string, w *kernels.Weight) *packedBF16 {
	packed, ok := w.Packed.(*packedBF16)
	if !ok || len(packed.forward) != panels16(w.N)*panelSize16(w.K) {
		panic(fmt.Sprintf("kernels/cpu: %s: the weight [%d, %d] is not packed in bf16: call Pack first", op, w.N, w.K))
	}
	return packed
}

// aligned cuts up to 15 numbers off the front, so that a row of 16 does not
// straddle two lines of the cache.
func aligned[E float32 | uint32](s []E) []E {
	if len(s) == 0 {
		return s
	}
	return s[-uintptr(unsafe.Pointer(&s[0]))%64/4:]
}

// forward16 is the product of Linear.
func forward16(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) product16 {
	return product16{
		m: T, n: w.N, k: w.K,
		ldc: w.N,
		a:   need("Linear", "x", x, T*w.K), lda: w.K,
		b:     panelsBF16("Linear", w).forward,
		after: newEpilogue("Linear", y, T, w.N, e),
	}
}

// backwardX16 is the product of LinearBackwardX; with acc the sums go on from
// the old dx.
func (b *Backend) backwardX16(dx, dy kernels.Buffer, w *kernels.Weight, T int, acc bool) product16 {
	packed := panelsBF16("LinearBackwardX", w)
	if w.K == 0 {
		return product16{} // dx has no columns
	}
	return product16{
		m: T, n: w.K, k: w.N,
		c: need("LinearBackwardX", "dx", dx, T*w.K), ldc: w.K,
		a: need("LinearBackwardX", "dy", dy, T*w.N), lda: w.N,
		b:     packed.panelsBackward(b, w, panels16(w.K)*panelSize16(w.N), fillBackwardBF16),
		chain: acc,
	}
}

// backwardW16 is the product of LinearBackwardW: the sums go on from the old dw,
// over blocks of 32 rows counted from the first row of the call, the last filled
// up with zeros. So a batch given in two calls has the bits of one call when the
// first has a multiple of 32 rows.
func backwardW16(dw, dy, x kernels.Buffer, T, N, K int) product16 {
	return product16{
		m: N, n: K, k: T,
		c: need("LinearBackwardW", "dw", dw, N*K), ldc: K,
		a: need("LinearBackwardW", "dy", dy, T*N), lda: N, turned: true,
		x:     need("LinearBackwardW", "x", x, T*K),
		chain: true,
	}
}
