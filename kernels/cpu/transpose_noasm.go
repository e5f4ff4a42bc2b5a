//go:build !amd64 || purego

package cpu

func packTransposed(_ isa, dst []float32, ld int, src []float32, stride, rows, cols int) {
	packTransposedGeneric(dst, ld, src, stride, rows, cols)
}
