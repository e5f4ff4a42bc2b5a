//go:build !purego

package cpu

func rope(isa isa, y, x, cos, sin []float32, inverse bool) {
	half := len(cos)
	if isa == generic || half == 0 || len(x) == 0 {
		ropeGeneric(y, x, cos, sin, inverse)
		return
	}
	sign := float32(1)
	if inverse {
		sign = -1
	}
	heads := len(x) / (2 * half)
	if isa == avx512 {
		rope512(&y[0], &x[0], &cos[0], &sin[0], heads, half, sign)
	} else {
		rope256(&y[0], &x[0], &cos[0], &sin[0], heads, half, sign)
	}
}

//go:noescape
func rope512(y, x, cos, sin *float32, heads, half int, sign float32)

//go:noescape
func rope256(y, x, cos, sin *float32, heads, half int, sign float32)
