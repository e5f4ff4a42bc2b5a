package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// Round writes x as bfloat16.
func (b *Backend) Round(y, x kernels.Buffer, n int) {
	if n == 0 {
		return
	}
	type args struct {
		y []kernels.BFloat16
		x []float32
	}
	shareSpan(b, n, 1, args{need16("Round", "y", y, n), need("Round", "x", x, n)}, func(b *Backend, a *args, lo, hi int) {
		roundRow(b.isa, a.y[lo:hi], a.x[lo:hi])
	})
}

// roundRow rounds a row of any length.
func roundRow(isa isa, dst []kernels.BFloat16, src []float32) {
	whole := len(src) &^ 31
	if whole > 0 && uintptr(unsafe.Pointer(&dst[0]))%4 == 0 {
		convertRow(isa, unsafe.Slice((*uint32)(unsafe.Pointer(&dst[0])), whole/2), 16, src, whole/32)
	} else {
		whole = 0
	}
	for i := whole; i < len(src); i++ {
		dst[i] = kernels.BFloat16(round16(src[i]))
	}
}
