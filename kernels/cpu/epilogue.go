package cpu

import "github.com/stepgrain/stepgrain/kernels"

// epilogue is a [kernels.Epilogue] whose operands have been checked. A product
// computes a block of sums and calls finish while the block is in the cache.
type epilogue struct {
	n         int       // columns: the distance of rows of all [T, N]
	y         []float32 // [T, N], the output
	bias      []float32 // [N]
	gate, add []float32 // [T, N]
	up        []float32 // [T, N]
	low       lowRank
}

// lowRank is s += u·Bᵀ.
type lowRank struct {
	u []float32 // [T, r], nil without
	b []float32 // panels of B [N, r]
	r int
}

func newEpilogue(op string, y kernels.Buffer, T, N int, e kernels.Epilogue) epilogue {
	p := epilogue{
		n:    N,
		y:    need(op, "y", y, T*N),
		bias: maybe(op, "bias", e.Bias, N),
		gate: maybe(op, "gate", e.Gate, T*N),
		add:  maybe(op, "add", e.Add, T*N),
	}
	if p.gate != nil {
		p.up = maybe(op, "up", e.Up, T*N)
	}
	if r := e.LowRank; r != nil && r.B.K > 0 {
		if r.B.N != N {
			panic("kernels/cpu: " + op + ": the low-rank B has other columns than y")
		}
		p.low = lowRank{u: need(op, "u", r.U, T*r.B.K), b: lowRankPanels(op, r.B), r: r.B.K}
	}
	return p
}

// lowRankPanels returns the panels of B of an adapter, whose product is always
// float32. A B that Pack made ready for other products is laid out for this one
// call, which allocates.
func lowRankPanels(op string, w *kernels.Weight) []float32 {
	if _, ok := w.Packed.(*packedF32); ok {
		return panelsF32(op, w).forward
	}
	raw := need(op, "low-rank B", w.Raw, w.N*w.K)
	panels := make([]float32, roundUp(w.N, nr)*w.K)
	for n := range w.N {
		to := panels[n/nr*w.K*nr+n%nr:]
		for k, v := range raw[n*w.K:][:w.K] {
			to[k*nr] = v
		}
	}
	return panels
}

// sums returns the matrix [T, N] in which a product may leave its sums until
// finish: up, or y. It is nil when y still holds what is to be added.
func (e *epilogue) sums() []float32 {
	switch {
	case e.addsToY():
		return nil
	case e.up != nil:
		return e.up
	}
	return e.y
}

func (e *epilogue) addsToY() bool { return e.add != nil && len(e.y) > 0 && &e.add[0] == &e.y[0] }

// finish turns sums into outputs: s is the block [i0:i1, j0:j1] of x·wᵀ, its
// rows ld apart, in memory of its own or in its place in sums(). j0 is a
// multiple of 32.
//
//	s += bias[j]    s += u·Bᵀ    up = s, s = silu(gate)·s    y = add + s
func (e *epilogue) finish(isa isa, w *scratch, s []float32, ld, i0, i1, j0, j1 int) {
	if e.bias != nil {
		for i := range i1 - i0 {
			addTo(isa, s[i*ld:][:j1-j0], e.bias[j0:j1])
		}
	}
	if l := e.low; l.u != nil {
		g := gemm{m: i1 - i0, n: j1 - j0, k: l.r, c: s, ldc: ld, a: l.u[i0*l.r:], rsa: l.r, csa: 1, b: l.b[j0*l.r:], packed: true}
		g.inPlace(isa, w, add)
	}
	for i := i0; i < i1; i++ {
		at, end := i*e.n+j0, i*e.n+j1
		y, row := e.y[at:end], s[(i-i0)*ld:][:j1-j0]
		switch {
		case e.gate != nil:
			if e.up != nil && &e.up[at] != &row[0] {
				copy(e.up[at:end], row)
			}
			if e.addsToY() { // the sums have memory of their own
				swiglu(isa, row, e.gate[at:end], row)
				addVec(isa, y, y, row)
				continue
			}
			swiglu(isa, y, e.gate[at:end], row)
			if e.add != nil {
				addVec(isa, y, e.add[at:end], y)
			}
		case e.add != nil:
			addVec(isa, y, e.add[at:end], row)
		case &y[0] != &row[0]:
			copy(y, row)
		}
	}
}

// idle reports whether finish would change nothing of sums that stand in y.
func (e *epilogue) idle() bool {
	return e.bias == nil && e.low.u == nil && e.gate == nil && e.add == nil
}
