//go:build !linux && !purego

package limits

func askForTiles() bool { return false }
