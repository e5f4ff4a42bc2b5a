//go:build !linux

package hugepages

// Advise does nothing on this system.
func Advise[E float32 | float64 | uint32 | ~uint16](s []E) {}
