package gemm

import "github.com/stepgrain/stepgrain/kernels"

// loops is the definition.
func loops(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	for i := range m {
		for j := range n {
			sum := float32(0)
			for p := range k {
				sum += a[i*k+p] * b[p*n+j]
			}
			c[i*n+j] = sum
		}
	}
}

// rows adds rows of B to a row of C.
func rows(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	for i := range m {
		row := c[i*n:][:n]
		clear(row)
		for p, x := range a[i*k:][:k] {
			for j, y := range b[p*n:][:n] {
				row[j] += x * y
			}
		}
	}
}

// tiles computes 2×4 numbers of C at a time.
func tiles(_ kernels.Backend, c, a, b []float32, m, n, k int) {
	for j := 0; j+4 <= n; j += 4 {
		for i := 0; i+2 <= m; i += 2 {
			tile2x4(c[i*n+j:], a[i*k:], b[j:], n, k)
		}
	}
	edge(c, a, b, m, n, k, m&^1, n&^3)
}

func tile2x4(c, a, b []float32, n, k int) {
	var c0, c1, c2, c3, d0, d1, d2, d3 float32
	second := a[k:][:k]
	for p, x := range a[:k] {
		y, row := second[p], (*[4]float32)(b[p*n:])
		c0 += x * row[0]
		c1 += x * row[1]
		c2 += x * row[2]
		c3 += x * row[3]
		d0 += y * row[0]
		d1 += y * row[1]
		d2 += y * row[2]
		d3 += y * row[3]
	}
	*(*[4]float32)(c) = [4]float32{c0, c1, c2, c3}
	*(*[4]float32)(c[n:]) = [4]float32{d0, d1, d2, d3}
}

// edge computes what tiles leave over: the rows from i0 on, and the columns
// from j0 on of the others.
func edge(c, a, b []float32, m, n, k, i0, j0 int) {
	for i := range m {
		from := j0
		if i >= i0 {
			from = 0
		}
		row := c[i*n+from : (i+1)*n]
		clear(row)
		for p, x := range a[i*k:][:k] {
			for j, y := range b[p*n+from : (p+1)*n] {
				row[j] += x * y
			}
		}
	}
}
