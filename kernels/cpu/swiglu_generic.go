package cpu

// swigluGeneric computes y[i] = g·σ(g)·u.
func swigluGeneric(y, gate, up []float32) {
	gate, up = gate[:len(y)], up[:len(y)]
	for i := range y {
		y[i] = float32(gate[i]*sigmoidGeneric(gate[i])) * up[i]
	}
}

// swigluBackwardGeneric adds the gradients; see [Backend.SwiGLUBackward].
// dgate or dup may be nil.
func swigluBackwardGeneric(dgate, dup, dy, gate, up []float32) {
	for i, d := range dy {
		g := gate[i]
		s := sigmoidGeneric(g)
		if dup != nil {
			dup[i] += float32(d * float32(g*s))
		}
		if dgate != nil {
			dgate[i] += float32(float32(d*up[i]) * float32(s*(1+float32(g*(1-s)))))
		}
	}
}
