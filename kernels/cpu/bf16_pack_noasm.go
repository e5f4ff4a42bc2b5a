//go:build !amd64 || purego

package cpu

func rowsBlock(_ isa, dst []uint32, src []float32, stride int) { rowsBlockGeneric(dst, src, stride) }

func pairsRows(_ isa, dst []uint32, step int, src []float32, stride, halves int) {
	pairsRowsGeneric(dst, step, src, stride, halves)
}

func turnPairs(_ isa, dst []uint32, half, step int, src []uint32, halves int) {
	turnPairsGeneric(dst, half, step, src, halves)
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
