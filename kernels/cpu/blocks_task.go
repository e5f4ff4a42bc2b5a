package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// task computes some rows and columns of one product.
func (p *products) task(s *scratch, task int) {
	i0, j := task/p.across*p.mc, task%p.across*p.nc
	i1 := min(p.t, i0+p.mc)
	for i := range p.n {
		g := &p.of[i]
		if j < g.w.n {
			p.block(s, g, i0, i1, j, min(g.w.n, j+p.nc))
			return
		}
		j -= roundUp(g.w.n, p.nc)
	}
}

// block computes outputs [i0:i1, j0:j1] of g; j0 is a multiple of columns().
func (p *products) block(s *scratch, g *product, i0, i1, j0, j1 int) {
	unit, ld := p.columns(), g.after.n
	sums := g.after.sums()
	inPlace := sums != nil && (j1-j0)%unit == 0
	if inPlace {
		sums = sums[i0*ld+j0:]
	} else { // kernels write whole panels
		ld = roundUp(j1-j0, unit)
		sums = s.get(slotSum, (i1-i0)*ld)
	}
	for j := j0; j < j1; j += unit {
		switch c := sums[j-j0:]; {
		case p.k == 0:
			for i := range i1 - i0 {
				clear(c[i*ld:][:unit])
			}
		case p.compute == kernels.I8:
			p.integers(s, g, c, ld, i0, i1, j)
		case i1-i0 <= floatRows(p.level):
			p.floats(g, c, ld, i0, i1, j)
		default:
			p.wide(s, g, c, ld, i0, i1, j)
		}
	}
	if !inPlace || !g.after.idle() {
		g.after.finish(p.level.isa(), s, sums, ld, i0, i1, j0, j1)
	}
}

// integers computes the sums of 16 columns from j on.
func (p *products) integers(s *scratch, g *product, c []float32, ld, i0, i1, j int) {
	blocks := p.k / kernels.BlockSize
	t := &s.tile // a local one would be an allocation, for the kernels stand in a table
	*t = g.w.at(j, 0, blocks)
	t.ldc, t.ldx = uintptr(ld*4), uintptr(blocks*recordBytes)
	for i := i0; i < i1; {
		t.c, t.x = unsafe.Pointer(&c[(i-i0)*ld]), unsafe.Pointer(&p.records[i*blocks])
		i += integerTile(p.level, p.format, t, i1-i)
	}
	*t = blockTile{} // nothing of the weight is kept
}

// floats computes the sums of 32 columns from j on, of a few rows.
func (p *products) floats(g *product, c []float32, ld, i0, i1, j int) {
	t := g.w.at(j, 0, p.k/kernels.BlockSize)
	t.ldc, t.ldx = uintptr(ld*4), uintptr(p.k*4)
	for i := i0; i < i1; {
		t.c, t.x = unsafe.Pointer(&c[(i-i0)*ld]), unsafe.Pointer(&p.x[i*p.k])
		i += floatTile(p.level, p.format, &t, i1-i)
	}
}

// wide is floats for many rows: the panel is widened, 256 numbers of
// every column at a time, and multiplied as a matrix in float32 is.
func (p *products) wide(s *scratch, g *product, c []float32, ld, i0, i1, j int) {
	isa := p.level.isa()
	end := store
	for k := 0; k < p.k; k += kBlock {
		n := min(kBlock, p.k-k)
		dense := s.get(slotPanel, kBlock*nr)[:n*nr]
		t := g.w.at(j, k/kernels.BlockSize, n/kernels.BlockSize)
		t.c = unsafe.Pointer(&dense[0])
		widen(p.level, p.format, &t)
		m := gemm{m: i1 - i0, n: nr, k: n, c: c, ldc: ld, a: p.x[i0*p.k+k:], rsa: p.k, csa: 1, b: dense, packed: true}
		m.inPlace(isa, s, end)
		end = chain
	}
}
