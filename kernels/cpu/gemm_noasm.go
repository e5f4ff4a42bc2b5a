//go:build !amd64 || purego

package cpu

func microKernel(_ isa, t *tile, rows int) { microGeneric(t, rows) }

func hasWide(isa) bool { return false }

func microWide(*tile) {}

func packsRows(isa) bool { return false }

func packRows(isa isa, dst, src []float32, stride, rows, steps int) {
	packRowsGeneric(dst, src, stride, rows, steps, isa.rows())
}

func packTiles(isa isa, dst, src []float32, stride, rows, steps int) {
	packTilesGeneric(dst, src, stride, rows, steps, isa.rows())
}

func copyPanels(_ isa, dst, src []float32, stride, rows, panels int) {
	copyPanelsGeneric(dst, src, stride, rows, panels)
}
