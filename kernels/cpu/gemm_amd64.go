//go:build !purego

package cpu

func microKernel(isa isa, t *tile, rows int) { microGeneric(t, rows) }
