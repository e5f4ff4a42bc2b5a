package autograd

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
)

// mostMaps is how many maps may share an input: query, key and value.
const mostMaps = 3

// Map is one of the maps of [Linears].
type Map struct {
	W *Param // [N, K]
	With
	Gated bool   // Gate is the result of the map before
	Y     *Value // the result [T, N]
}

// Linears computes up to three maps of one input x [T, K], each as [LinearWith]
// does, to the bit, and puts the results in them. Where x must be converted
// before it is multiplied, that is done once for all.
//
//	backward  dx += Σ_i dy_i·w_i        dw_i += dy_iᵀ·x        last map first
func Linears(x *Value, maps []Map) {
	if len(maps) == 0 || len(maps) > mostMaps {
		panic(fmt.Sprintf("autograd: Linears: %d maps, want 1 to %d", len(maps), mostMaps))
	}
	t, o, needs := x.tape, linearsOp{x: x, n: len(maps)}, false
	var ys [mostMaps]*Value
	for i := range maps {
		m := &maps[i]
		if m.Gated {
			if i == 0 {
				panic("autograd: Linears: the first map is gated, and there is none before it")
			}
			m.Gate = maps[i-1].Y
		}
		t.maps[i] = o.of[i].open(x, i, m)
		m.Y, ys[i] = o.of[i].y, o.of[i].y
		needs = needs || m.Y.needs
	}
	t.dev.Linears(x.data.Buf, t.maps[:o.n], x.data.Shape[0])
	if needs {
		record(t, o, ys[0], ys[1:o.n]...)
	}
}

type linearsOp struct {
	x  *Value
	of [mostMaps]linear
	n  int
}

func (o *linearsOp) back() {
	t, n := o.x.tape, 0
	var own [mostMaps]*gradient
	for i := o.n - 1; i >= 0; i-- {
		l := &o.of[i]
		if l.y.grad == nil {
			continue // nothing depends on it
		}
		var ds kernels.Buffer
		ds, own[i] = l.sumsGrad()
		if l.low.x != nil { // comes before its map in dx, and after the maps so far
			o.run(n)
			n = 0
			l.low.back(ds)
		}
		if l.wantW || l.wantB || o.x.needs {
			g := l.grads(ds)
			// A call of the device has different weights, since it may add to their
			// gradients side by side.
			if slices.ContainsFunc(t.mapGrads[:n], func(m kernels.MapGrad) bool { return m.W == g.W }) {
				o.run(n)
				n = 0
			}
			t.mapGrads[n] = g
			n++
		}
	}
	o.run(n)
	for _, g := range own {
		if g != nil {
			t.drop(g)
		}
	}
}

// run computes the gradients of n maps.
func (o *linearsOp) run(n int) {
	if n == 0 {
		return
	}
	t, dx, acc := o.x.tape, kernels.Buffer{}, false
	if o.x.needs {
		dx, acc = o.x.target()
	}
	t.dev.LinearsBackward(dx, o.x.data.Buf, t.mapGrads[:n], o.x.data.Shape[0], acc)
}
