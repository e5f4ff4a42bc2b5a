package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// RMSNorm normalises x by its root mean square, in rows of len(w), and scales
// by w [d]. x is [T, n·d]: with n > 1 every head of a token is normalised by
// itself, as Qwen3 does with queries and keys. Zhang & Sennrich 2019, eq. 4.
//
//	forward   y_i  = x_i·r·w_i        r = 1/√(Σ x²/d + eps)
//	backward  dx_i += r·(w_i·dy_i − x_i·r²·c/d)        c = Σ_j w_j·dy_j·x_j
//	          dw_i += Σ_t dy_i·x_i·r
func RMSNorm(x *Value, w *Param, eps float64) *Value {
	t, d := x.tape, w.Data.Len()
	if d == 0 || len(x.data.Shape) != 2 || x.data.Shape[1]%d != 0 {
		panic(fmt.Sprintf("autograd: RMSNorm: x is %v, w %v: the columns are not a multiple of %d", x.data.Shape, w.Data.Shape, d))
	}
	rows := x.data.Len() / d
	y := t.result(t.wants(w) || t.wantsAny(x), x.data.Shape...)
	rstd := t.mem().AllocDirty(rows)
	t.dev.RMSNorm(y.data.Buf, rstd.Buf, x.data.Buf, w.Data.Buf, rows, d, eps)
	if y.needs {
		record(t, rmsNormOp{x, y, w, rstd.Buf}, y)
	}
	return y
}

type rmsNormOp struct {
	x, y *Value
	w    *Param
	rstd kernels.Buffer
}

func (o *rmsNormOp) back() {
	w := o.w.Data.Buf
	o.y.tape.dev.RMSNormBackward(o.x.wanted(), o.w.wanted(), o.y.grad.buf, o.x.data.Buf, w, o.rstd, o.rstd.Len(), w.Len())
}
