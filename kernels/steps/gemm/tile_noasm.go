//go:build !amd64 || purego

package gemm

func tile(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, k int, fresh bool) {
	tileGo(c, ldc, a, rsa, csa, b, ldb, k, fresh)
}
