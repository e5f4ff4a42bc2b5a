package nn

import "github.com/stepgrain/stepgrain/autograd"

// Forward3 returns the results of three maps of one input, which is read once:
// queries, keys and values.
func Forward3(x *autograd.Value, a, b, c *Linear) (ya, yb, yc *autograd.Value) {
	maps := [...]autograd.Map{{W: a.W, With: a.with()}, {W: b.W, With: b.with()}, {W: c.W, With: c.with()}}
	autograd.Linears(x, maps[:])
	return maps[0].Y, maps[1].Y, maps[2].Y
}

// ForwardSwiGLU returns silu(gate x)·up x: two maps of one input, which is read
// once, and their product in the same pass (Shazeer 2020).
func ForwardSwiGLU(x *autograd.Value, gate, up *Linear) *autograd.Value {
	maps := [...]autograd.Map{{W: gate.W, With: gate.with()}, {W: up.W, With: up.with(), Gated: true}}
	autograd.Linears(x, maps[:])
	return maps[1].Y
}
