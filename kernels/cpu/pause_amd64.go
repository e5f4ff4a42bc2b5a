//go:build !purego

package cpu

// pause tells the core that this is a waiting loop.
//
//go:noescape
func pause()
