//go:build !purego

package gemm

import "github.com/klauspost/cpuid/v2"

var hasAVX512 = cpuid.CPU.Supports(cpuid.AVX512F)

// tile is tileGo with vectors, where there are some.
func tile(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, k int, fresh bool) {
	if !hasAVX512 {
		tileGo(c, ldc, a, rsa, csa, b, ldb, k, fresh)
		return
	}
	tile512(&c[0], ldc*4, &a[0], rsa*4, csa*4, &b[0], ldb*4, k, fresh)
}

// tile512 is tileGo. Strides are in bytes.
//
//go:noescape
func tile512(c *float32, ldc int, a *float32, rsa, csa int, b *float32, ldb, k int, fresh bool)
