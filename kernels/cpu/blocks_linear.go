package cpu

import (
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// blockRecord is how 32 activations are kept that are rounded to integers.
type blockRecord struct {
	q     [32]int8
	d     float32 // x ≈ d·q
	shift int32   // −offset·Σq: makes up for quants of weights that are stored as q + offset
	sum   float32 // d·Σq, which minima are multiplied by
	_     [4]byte
}

const recordBytes = 48

// offset is what the instructions see above the numbers of a format: they want
// unsigned weights.
func offset(f kernels.BlockFormat) int32 { return [...]int32{0, 128, 8, 0}[f] }

// product is y = x·wᵀ of a weight in blocks: all that its tasks share.
type product struct {
	level   level
	w       *packedBlocks
	t       int
	x       []float32     // [T, K]
	records []blockRecord // [T, K/32], instead of x in integers
	after   epilogue
	mc, nc  int // rows and columns of a task
}

// linearBlocks is Linear for a weight in blocks.
//
// In float32 an element is one chain of multiply-adds over ascending k with the
// numbers that the blocks stand for, as in every other product. With Compute I8
// it is one chain over the blocks:
//
//	for i := range K/32 {
//		dot := Σ_{k in block i} q_x[k]·q_w[k]          an exact integer
//		sum = fma(float32(dot), d_x·d_w, sum)
//		sum = fma(d_x·Σ_k q_x[k], m_w, sum)            only Q4_1
//	}
//
// The order is that of the shapes alone, and the same bits come from every
// implementation in the second case.
func (b *Backend) linearBlocks(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	p := product{
		level: b.level, w: packedOf("Linear", w), t: T,
		x:     need("Linear", "x", x, T*w.K),
		after: newEpilogue("Linear", y, T, w.N, e),
	}
	if T == 0 || w.N == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.Compute == kernels.I8 {
		b.quantise(&p)
	}
	p.mc, p.nc = p.blocks(b.pool.workers)
	mt, nt := (T+p.mc-1)/p.mc, (w.N+p.nc-1)/p.nc
	shareTasks(b, mt*nt, p, func(b *Backend, p *product, worker, task int) {
		nt := (p.w.n + p.nc - 1) / p.nc
		i, j := task/nt*p.mc, task%nt*p.nc
		p.block(&b.scratch[worker], i, min(p.t, i+p.mc), j, min(p.w.n, j+p.nc))
	})
}

// quantise fills records.
func (b *Backend) quantise(p *product) {
	blocks := p.w.k / kernels.BlockSize
	memory := b.shared.get(slotQuant, p.t*blocks*recordBytes/4)
	if len(memory) > 0 {
		p.records = unsafe.Slice((*blockRecord)(unsafe.Pointer(&memory[0])), p.t*blocks)
	}
	p.mc = max(1, (1<<14)/max(1, p.w.k))
	shareTasks(b, (p.t+p.mc-1)/p.mc, *p, func(_ *Backend, p *product, _, task int) {
		blocks := p.w.k / kernels.BlockSize
		lo, hi := task*p.mc, min(p.t, (task+1)*p.mc)
		quantise(p.level, p.records[lo*blocks:hi*blocks], p.x[lo*p.w.k:hi*p.w.k], -offset(p.w.format))
	})
}

// blocks chooses the rows and columns of one task: rows whose activations fill
// half of the second-level cache, and enough tasks to even the load out.
func (p *product) blocks(workers int) (mc, nc int) {
	mc = min(p.t, max(16, (1<<20)/max(1, p.w.k*4)&^15))
	nc = (p.w.n + nr - 1) / nr * nr
	if workers == 1 {
		return mc, nc
	}
	const least = 1 << 16 // multiply-adds
	for (p.t+mc-1)/mc*((p.w.n+nc-1)/nc) < 8*workers && nc > nr && mc*nc*p.w.k > 2*least {
		nc = (nc/2 + nr - 1) / nr * nr
	}
	return mc, nc
}

// block computes outputs [i0:i1, j0:j1]; j0 is a multiple of 32.
func (p *product) block(s *scratch, i0, i1, j0, j1 int) {
	ld := p.after.n
	sums := p.after.sums()
	inPlace := sums != nil && (j1-j0)%nr == 0
	if inPlace {
		sums = sums[i0*ld+j0:]
	} else { // kernels write whole panels
		ld = (j1 - j0 + nr - 1) / nr * nr
		sums = s.get(slotSum, (i1-i0)*ld)
	}
	for j := j0; j < j1; j += nr {
		p.panel(s, sums[j-j0:], ld, i0, i1, j)
	}
	if !inPlace || !p.after.idle() {
		p.after.finish(p.level.isa(), s, sums, ld, i0, i1, j0, j1)
	}
}

// panel computes the sums of 32 columns from j on.
func (p *product) panel(s *scratch, c []float32, ld, i0, i1, j int) {
	blocks := p.w.k / kernels.BlockSize
	if blocks == 0 {
		for i := range i1 - i0 {
			clear(c[i*ld:][:nr])
		}
		return
	}
	if p.records != nil {
		t := &s.tile // a local one would be an allocation, for the kernels stand in a table
		for half := range 2 {
			*t = p.w.at(j+16*half, 0, blocks)
			t.ldc, t.ldx = uintptr(ld*4), uintptr(blocks*recordBytes)
			for i := i0; i < i1; {
				t.c, t.x = unsafe.Pointer(&c[(i-i0)*ld+16*half]), unsafe.Pointer(&p.records[i*blocks])
				i += integerTile(p.level, p.w.format, t, i1-i)
			}
		}
		*t = blockTile{} // nothing of the weight is kept
		return
	}
	if most := floatRows(p.level); i1-i0 <= most {
		t := p.w.at(j, 0, blocks)
		t.ldc, t.ldx = uintptr(ld*4), uintptr(p.w.k*4)
		for i := i0; i < i1; {
			t.c, t.x = unsafe.Pointer(&c[(i-i0)*ld]), unsafe.Pointer(&p.x[i*p.w.k])
			i += floatTile(p.level, p.w.format, &t, i1-i)
		}
		return
	}
	p.wide(s, c, ld, i0, i1, j)
}

// wide is panel in float32 for many rows: the panel is widened, 256 numbers of
// every column at a time, and multiplied as a matrix in float32 is.
func (p *product) wide(s *scratch, c []float32, ld, i0, i1, j int) {
	isa := p.level.isa()
	end := store
	for k := 0; k < p.w.k; k += kBlock {
		n := min(kBlock, p.w.k-k)
		dense := s.get(slotPanel, kBlock*nr)[:n*nr]
		t := p.w.at(j, k/kernels.BlockSize, n/kernels.BlockSize)
		t.c = unsafe.Pointer(&dense[0])
		widen(p.level, p.w.format, &t)
		g := gemm{m: i1 - i0, n: nr, k: n, c: c, ldc: ld, a: p.x[i0*p.w.k+k:], rsa: p.w.k, csa: 1, b: dense, packed: true}
		g.inPlace(isa, s, end)
		end = chain
	}
}
