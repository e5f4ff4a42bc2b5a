//go:build !amd64 || purego

package cpu

func rowsBlock(_ isa, dst []uint32, src []float32, stride int) { rowsBlockGeneric(dst, src, stride) }

func pairsBlock(_ isa, dst []uint32, src []float32, stride int) { pairsBlockGeneric(dst, src, stride) }

func turnBlock(_ isa, dst []uint32, half, step int, src []float32, stride int) {
	turnBlockGeneric(dst, half, step, src, stride)
}

func convertRow(_ isa, dst []uint32, step int, src []float32, blocks int) {
	convertRowGeneric(dst, step, src, blocks)
}

func multiply16(l level, c []float32, ldc int, a []uint32, i0, i1 int, b []uint32, cols, blocks int, chain bool) {
	multiply16Generic(l, c, ldc, a, i0, i1, b, cols, blocks, chain)
}
