package cpu

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// AttentionCompute returns BF16 where that is asked for and there are tiles
// that gain by it: heads in whole blocks of 32 numbers.
func (b *Backend) AttentionCompute(a kernels.AttentionShape) kernels.DType {
	if a.Compute == kernels.BF16 && b.level == levelAMX && a.HeadDim > 0 && a.HeadDim%32 == 0 && a.HeadDim <= 256 && a.Scale > 0 {
		return kernels.BF16
	}
	return kernels.F32
}

// checkCompute panics if attention is asked for in a type that this backend
// does not compute it in.
func (b *Backend) checkCompute(op string, a kernels.AttentionShape) {
	if got := b.AttentionCompute(a); got != a.Compute {
		panic(fmt.Sprintf("kernels/cpu: %s: Compute is %v, but %s computes heads of %d numbers in %v", op, a.Compute, b.Name(), a.HeadDim, got))
	}
}

// logSums writes lse = log Σ e^s of rows, which have m as their largest score, in
// units of ln 2 if exponentials are powers of two, and l as their sum of
// weights. lse may be l.
func (t *attn) logSums(lse, m, l []float32) {
	if t.Compute != kernels.BF16 {
		for i := range lse {
			lse[i] = float32(float64(m[i]) + math.Log(float64(l[i])))
		}
		return
	}
	logVec(t.isa, lse, l[:len(lse)])
	for i := range lse {
		lse[i] = float32(float64(m[i])*math.Ln2 + float64(lse[i]))
	}
}
