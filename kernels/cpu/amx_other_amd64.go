//go:build !linux && !purego

package cpu

// allowTiles: only Linux is known to grant the tile registers to a process.
func allowTiles() bool { return false }
