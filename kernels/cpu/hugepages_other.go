//go:build !linux

package cpu

func inHugePages[E float32 | uint32](s []E) []E { return s }
