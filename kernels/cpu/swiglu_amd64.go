//go:build !purego

package cpu

// stream: see [streams].
func swigluStream(isa isa, y, gate, up []float32, stream bool) {
	if isa == avx512 {
		swiglu512(y, gate, up, stream)
	} else if isa == avx2 {
		swiglu256(y, gate, up, stream)
	} else {
		swigluGeneric(y, gate, up)
	}
}

func swigluBackward(isa isa, dgate, dup, dy, gate, up []float32) {
	if isa == generic {
		swigluBackwardGeneric(dgate, dup, dy, gate, up)
		return
	}
	if dgate != nil && dup != nil {
		swigluBackwardVector(isa, dgate, dup, dy, gate, up)
		return
	}
	// Rare: only one gradient is wanted; the other goes nowhere.
	var void [256]float32
	for i := 0; i < len(dy); i += len(void) {
		n := min(len(void), len(dy)-i)
		g, u := void[:n], void[:n]
		if dgate != nil {
			g = dgate[i : i+n]
		}
		if dup != nil {
			u = dup[i : i+n]
		}
		swigluBackwardVector(isa, g, u, dy[i:i+n], gate[i:i+n], up[i:i+n])
	}
}

func swigluBackwardVector(isa isa, dgate, dup, dy, gate, up []float32) {
	if isa == avx512 {
		swigluBackward512(dgate, dup, dy, gate, up)
	} else {
		swigluBackward256(dgate, dup, dy, gate, up)
	}
}

//go:noescape
func swiglu512(y, gate, up []float32, stream bool)

//go:noescape
func swiglu256(y, gate, up []float32, stream bool)

//go:noescape
func swigluBackward512(dgate, dup, dy, gate, up []float32)

//go:noescape
func swigluBackward256(dgate, dup, dy, gate, up []float32)
