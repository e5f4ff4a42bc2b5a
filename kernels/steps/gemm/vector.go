package gemm

import (
	"sync"

	"github.com/stepgrain/stepgrain/kernels"
)

// A tile has mr rows and nr columns; kc steps are taken at a time.
const mr, nr, kc = 12, 32, 256

// mc rows of A are copied at a time: 1 MB, half of the second-level cache.
const mc = 84 * mr

// copies are used again by the next call: fresh memory is slow.
type copies struct {
	panel [kc * nr]float32
	block [mc * kc]float32
}

var memory = sync.Pool{New: func() any { return new(copies) }}

// vectors computes 12×32 numbers of C at a time.
func vectors(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	if k > 0 {
		for j := 0; j+nr <= n; j += nr {
			for i := 0; i+mr <= m; i += mr {
				tile(c[i*n+j:], n, a[i*k:], k, 1, b[j:], n, k, true)
			}
		}
	}
	edge(c, a, b, m, n, k, m/mr*mr, n/nr*nr)
}

// panels copies kc steps of 32 columns of B before all rows use them. The sums
// stand in C in between.
func panels(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	buf := memory.Get().(*copies)
	defer memory.Put(buf)
	panel := buf.panel[:]
	for p := 0; p < k; p += kc {
		steps := min(kc, k-p)
		for j := 0; j+nr <= n; j += nr {
			copyPanel(panel, b[p*n+j:], n, steps)
			for i := 0; i+mr <= m; i += mr {
				tile(c[i*n+j:], n, a[i*k+p:], k, 1, panel, nr, steps, p == 0)
			}
		}
	}
	edge(c, a, b, m, n, k, m/mr*mr, n/nr*nr)
}

// packed also copies kc steps of up to mc rows of A into tiles [rows/12][kc][12].
func packed(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	buf := memory.Get().(*copies)
	defer memory.Put(buf)
	panel, block := buf.panel[:], buf.block[:]
	whole := m / mr * mr
	for p := 0; p < k; p += kc {
		steps := min(kc, k-p)
		for i0 := 0; i0 < whole; i0 += mc {
			i1 := min(whole, i0+mc)
			copyTiles(block, a[i0*k+p:], k, i1-i0, steps)
			for j := 0; j+nr <= n; j += nr {
				copyPanel(panel, b[p*n+j:], n, steps)
				for i := i0; i < i1; i += mr {
					tile(c[i*n+j:], n, block[(i-i0)*steps:], 1, mr, panel, nr, steps, p == 0)
				}
			}
		}
	}
	edge(c, a, b, m, n, k, whole, n/nr*nr)
}

// copyPanel makes [steps][32] of rows n apart.
func copyPanel(panel, b []float32, n, steps int) {
	for p := range steps {
		copy(panel[p*nr:][:nr], b[p*n:])
	}
}

// copyTiles makes [rows/12][steps][12] of rows k apart.
func copyTiles(block, a []float32, k, rows, steps int) {
	for i := 0; i < rows; i += mr {
		for p := range steps {
			to := (*[mr]float32)(block[i*steps+p*mr:])
			for r := range to {
				to[r] = a[(i+r)*k+p]
			}
		}
	}
}

// tileGo is tile in plain Go: 12×32 sums over k > 0 steps of A, whose element
// (r, p) is a[r·rsa + p·csa], and of B, rows ldb apart. They start from 0, or
// from C.
func tileGo(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, k int, fresh bool) {
	for r := range mr {
		row := c[r*ldc:][:nr]
		if fresh {
			clear(row)
		}
		for p := range k {
			x := a[r*rsa+p*csa]
			for j, y := range b[p*ldb:][:nr] {
				row[j] += x * y
			}
		}
	}
}
