//go:build !amd64 || purego

package cpu

import "github.com/stepgrain/stepgrain/kernels"

func quantise(_ level, r []blockRecord, x []float32, minus int32) { quantiseGeneric(r, x, minus) }

func integerTile(_ level, f kernels.BlockFormat, t *blockTile, _ int) int {
	integerGeneric(f, t)
	return 1
}

func floatRows(level) int { return 0 }

func floatTile(level, kernels.BlockFormat, *blockTile, int) int {
	panic("kernels/cpu: floatTile: not called, see floatRows")
}

func widen(_ level, f kernels.BlockFormat, t *blockTile) { widenGeneric(f, t) }
