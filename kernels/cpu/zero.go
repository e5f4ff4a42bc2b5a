package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Zero clears the first n numbers of y, on all cores: gradients of a large
// vocabulary are beyond the caches, where one core alone is slow.
func (b *Backend) Zero(y kernels.Buffer, n int) {
	type args struct{ y []float32 }
	shareSpan(b, n, 4, args{need("Zero", "y", y, n)}, func(_ *Backend, a *args, lo, hi int) { clear(a.y[lo:hi]) })
}
