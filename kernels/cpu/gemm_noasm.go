//go:build !amd64 || purego

package cpu

func microKernel(_ isa, t *tile, rows int) { microGeneric(t, rows) }
