package gemm

import "github.com/stepgrain/stepgrain/kernels"

// A tile has mr rows and nr columns; kc steps are taken at a time.
const mr, nr, kc = 12, 32, 256

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
	panel := make([]float32, kc*nr)
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

// packed also copies kc steps of up to 1008 rows of A into tiles [rows/12][kc][12].
func packed(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	const mc = 84 * mr // 1 MB: half of the second-level cache
	panel, block := make([]float32, kc*nr), make([]float32, mc*kc)
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
	for i := range rows {
		to := block[i/mr*mr*steps+i%mr:]
		for p, v := range a[i*k:][:steps] {
			to[p*mr] = v
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
