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

// product is y = x·wᵀ of a weight in blocks.
type product struct {
	w     *packedBlocks
	after epilogue
}

// products are those of one x [T, K], computed together: all that their tasks
// share.
type products struct {
	of      [mostProducts]product
	n       int // of them
	level   level
	format  kernels.BlockFormat
	compute kernels.DType
	t, k    int
	x       []float32     // [T, K]
	records []blockRecord // [T, K/32], instead of x in integers
	mc, nc  int           // rows and columns of a task
	across  int           // tasks side by side
}

const (
	mostProducts  = 3 // query, key and value
	fewRowsBlocks = 8 // rows that take as long as memory gives the weights
)

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
	var p products
	b.joinBlocks(&p, y, x, w, T, e)
	b.products(&p)
}

// products computes them, and leaves none.
func (b *Backend) products(p *products) {
	if n := p.n; p.t > 0 && n > 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		if p.compute == kernels.I8 {
			b.quantise(p)
		}
		p.split(b.pool.workers)
		if p.t <= fewRowsBlocks && p.k > 0 {
			p.foretell(b)
		}
		shareTasks(b, (p.t+p.mc-1)/p.mc*p.across, *p, func(b *Backend, p *products, worker, task int) {
			p.task(&b.scratch[worker], task)
		})
		b.pool.next = nil
	}
	p.n = 0
}

// quantise fills records.
func (b *Backend) quantise(p *products) {
	blocks := p.k / kernels.BlockSize
	memory := b.shared.get(slotQuant, p.t*blocks*recordBytes/4)
	if len(memory) > 0 {
		p.records = unsafe.Slice((*blockRecord)(unsafe.Pointer(&memory[0])), p.t*blocks)
	}
	p.mc = max(1, (1<<14)/max(1, p.k))
	shareTasks(b, (p.t+p.mc-1)/p.mc, *p, func(_ *Backend, p *products, _, task int) {
		blocks := p.k / kernels.BlockSize
		lo, hi := task*p.mc, min(p.t, (task+1)*p.mc)
		quantise(p.level, p.records[lo*blocks:hi*blocks], p.x[lo*p.k:hi*p.k], -offset(p.format))
	})
}

// split chooses the rows and columns of a task: rows whose activations fill half
// of the second-level cache, and enough tasks to even the load out. A few rows
// take as long as memory gives the weights: there tasks are as small as pays, for
// a worker that waits for another leaves half of its speed unused.
func (p *products) split(workers int) {
	const (
		least = 1 << 14 // weights of a task: a microsecond from memory
	)
	p.mc = min(p.t, max(16, (1<<20)/max(1, p.k*4)&^15))
	unit, widest := p.columns(), 0
	for i := range p.n {
		widest = max(widest, p.of[i].w.n)
	}
	p.nc = roundUp(widest, nr)
	p.across = p.tasks()
	if workers == 1 {
		return
	}
	for enough := 8 * workers; p.nc > unit && p.nc*p.k > least && (p.mc <= fewRowsBlocks || (p.t+p.mc-1)/p.mc*p.across < enough); {
		p.nc = roundUp(p.nc/2, unit)
		p.across = p.tasks()
	}
}

// columns is how many columns the inner loops compute at a time.
func (p *products) columns() int {
	if p.compute == kernels.I8 {
		return 16
	}
	return nr
}

// tasks returns how many tasks of nc columns stand side by side.
func (p *products) tasks() (n int) {
	for i := range p.n {
		n += (p.of[i].w.n + p.nc - 1) / p.nc
	}
	return n
}
