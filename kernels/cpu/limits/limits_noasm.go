//go:build !amd64 || purego

package limits

func has(u Unit) bool { return u == FMAGeneric }

func burst(_ Unit, n int) float64 { return fmaGeneric(n) }

func stream(k Kind, _ string, x, y, z []float32) { streamGeneric(k, x, y, z) }
