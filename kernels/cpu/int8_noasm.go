//go:build !amd64 || purego

package cpu

import "github.com/stepgrain/stepgrain/kernels"

const hasTilesI8 = false

func tilesI8(*scratch, *tileI8, int) int { panic("kernels/cpu: tilesI8: there are no tiles") }

func multiplyI8(_ level, t *tileI8, _ int) int {
	multiplyI8Generic(t)
	return 1
}

func quantiseRow(_ level, q []int8, x []float32) float32 { return kernels.QuantiseI8(q, x) }
