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

func multiply16(_ level, g *call16) { multiply16Generic(g) }

func convertRows(_ isa, dst []uint32, src []float32, stride, rows, blocks int) {
	convertRowsGeneric(dst, src, stride, rows, blocks)
}

func widenRow(_ isa, dst []uint32, src []float32) { widenRowGeneric(dst, src) }

func turnWide(_ isa, dst []uint32, step int, src *[32 * 32]uint32) {
	turnWideGeneric(dst, step, src)
}
