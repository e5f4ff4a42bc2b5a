//go:build !purego

package cpu

func scoreBackward(isa isa, p, ds []float32, scale, lse, delta float32) {
	if isa == avx2 {
		scoreBackward256(p, ds, scale, lse, delta)
	} else {
		scoreBackwardGeneric(p, ds, scale, lse, delta)
	}
}

//go:noescape
func scoreBackward256(p, ds []float32, scale, lse, delta float32)
