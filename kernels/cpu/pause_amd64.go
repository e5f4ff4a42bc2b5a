//go:build !purego

package cpu

// pause tells the core that this is a waiting loop.
//
//go:noescape
func pause()

// prefetchLines asks for lines of 64 bytes from an address on, which need not be
// valid, for the second-level cache.
//
//go:noescape
func prefetchLines(at uintptr, lines int)
