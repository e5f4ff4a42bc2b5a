package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Linear returns y = x·wᵀ + bias for x [T, K], w [N, K] and bias [N] or nil.
//
//	backward  dx += dy·w        dw += dyᵀ·x        dbias += Σ_t dy[t]
func Linear(x *Value, w, bias *Param) *Value {
	t := x.tape
	n, k := w.matrix("Linear")
	rows := x.rows("Linear", k)
	if bias != nil && bias.Data.Len() != n {
		panic(fmt.Sprintf("autograd: Linear: w is %v, bias %v", w.Data.Shape, bias.Data.Shape))
	}
	wantW, wantB := t.wants(w), t.wants(bias)
	y := t.result(t.wantsAny(x) || wantW || wantB, rows, n)
	t.dev.Linear(y.data.Buf, x.data.Buf, w.Weight(t.dev), rows, kernels.Epilogue{Bias: bias.buf()})
	if y.needs {
		t.record(func() {
			dy := y.grad.buf
			if wantW || wantB {
				t.dev.LinearBackwardW(w.wanted(), bias.wanted(), dy, x.data.Buf, rows, n, k, w.Compute)
			}
			if x.needs {
				dx, acc := x.target()
				t.dev.LinearBackwardX(dx, dy, w.Weight(t.dev), rows, acc)
			}
		}, y)
	}
	return y
}
