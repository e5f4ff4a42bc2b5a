//go:build !amd64 || purego

package cpu

func available() []isa { return []isa{generic} }
