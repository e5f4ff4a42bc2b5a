//go:build !amd64 || purego

package cpu

func microKernel(_ isa, t *tile, rows int) { microGeneric(t, rows) }

func packTiles(isa isa, dst, src []float32, stride, rows, steps int) {
	packTilesGeneric(dst, src, stride, rows, steps, isa.rows())
}

func copyPanel(_ isa, dst, src []float32, stride int) { copyPanelGeneric(dst, src, stride) }
