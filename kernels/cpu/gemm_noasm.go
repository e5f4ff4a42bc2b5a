//go:build !amd64 || purego

package cpu

func microKernel(_ isa, t *tile, rows int) { microGeneric(t, rows) }

func scatterTiles(isa isa, dst []float32, stride int, row []float32) {
	scatterTilesGeneric(dst, stride, row, isa.rows())
}

func copyPanel(_ isa, dst, src []float32, stride int) { copyPanelGeneric(dst, src, stride) }
