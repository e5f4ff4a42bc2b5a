package cpu

import "github.com/stepgrain/stepgrain/kernels"

// joinBlocks takes in a product of x, the same in all calls; what is there
// already is computed first if the two do not go together.
func (b *Backend) joinBlocks(p *products, y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	packed := packedOf("Linear", w)
	next := product{packed, newEpilogue("Linear", y, T, w.N, e)}
	if !p.takes(&next, w.Compute) {
		b.products(p)
	}
	if p.n == 0 {
		*p = products{
			level: b.level, format: packed.format, compute: w.Compute,
			t: T, k: w.K, x: need("Linear", "x", x, T*w.K),
		}
	}
	p.of[p.n] = next
	p.n++
}

// takes reports whether another product can be computed together with those
// there: if they are rounded and stored alike, and its epilogue uses nothing that
// they may give. Gate and up are better apart: to change from one matrix to the
// other every few columns costs more than to share them out twice.
func (p *products) takes(next *product, compute kernels.DType) bool {
	if p.n == 0 {
		return true
	}
	e := &next.after
	return p.n < mostProducts && next.w.format == p.format && compute == p.compute && e.gate == nil && e.add == nil && e.low.u == nil
}
