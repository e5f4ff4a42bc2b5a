package cpu

import "unsafe"

// A gemm computes C[m,n] from A[m,k] and B[k,n]. Every element of C is one
// chain of fused multiply-adds over ascending k: its bits do not depend on how
// the matrices are cut into tiles, on the other rows, or on the workers.
//
//	sum = 0, or the old C[i,j] with chain
//	for p := range k { sum = fma(A[i,p], B[p,j], sum) }
//	C[i,j] = old[i,j] + (sum + bias[j])
//
// A is read in place or packed: element (i, p) is a[i·rsa + p·csa], so that a
// transposed matrix costs little. B is read in place, row p at b[p·ldb], or
// from panels of 32 columns [n/32][k][32] padded with zeros (see
// Backend.Pack), or turned, column j at b[j·ldb]. The generic implementation
// rounds the product before it adds.
type gemm struct {
	m, n, k  int
	c        []float32 // nil: there is only after
	ldc      int
	a        []float32
	rsa, csa int
	b        []float32
	ldb      int
	packed   bool      // B is panels
	turned   bool      // B is transposed
	bias     []float32 // [n] or nil
	old      []float32 // nil, or what is added last, rows ldc apart; may be c
	chain    bool
	after    epilogue // what follows, block by block

	mc, nc, across int // the size of a task, and how many stand side by side
}

// nr is the number of columns of a panel of B.
const nr = 32

// kBlock is how many steps of the sums are taken at a time where B is made from a
// weight in blocks, of which it is a multiple.
const kBlock = 256

// tile is one call of a micro-kernel: at most 12 rows (isa-dependent) by 32
// columns of C. Strides are in bytes. Assembly reads it by field offsets.
type tile struct {
	c, from, old  unsafe.Pointer // results; sums to start from, and numbers to add, or nil
	ldc           uintptr
	ldfrom, ldold uintptr
	a, b, bias    unsafe.Pointer
	rsa, csa      uintptr
	ldb, ldpanel  uintptr
	k             int
	cols          int     // 1…32
	next          uintptr // the tile of C after this one, ldc bytes between its rows
	ahead         uintptr // what is needed some time after, see nest.prefetch
}

// gemm splits C into tasks of blocks and runs them.
func (b *Backend) gemm(g gemm) {
	if g.m == 0 || g.n == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	g.mc, g.nc = g.split(b.isa, b.pool.workers)
	g.across = (g.n + g.nc - 1) / g.nc
	shareTasks(b, (g.m+g.mc-1)/g.mc*g.across, g, func(b *Backend, g *gemm, w, t int) {
		i, j := t/g.across*g.mc, t%g.across*g.nc
		g.block(b.isa, &b.scratch[w], i, min(g.m, i+g.mc), j, min(g.n, j+g.nc))
	})
}

// split chooses the size of the block of C that is one task: about as many
// tasks, of even size, as make the product end soonest. Bits do not depend on
// it.
func (g *gemm) split(isa isa, workers int) (mc, nc int) {
	mr, unit := isa.rows(), nr
	if g.m == 1 {
		unit = 4 * nr // see microWide
	}
	size := func(d, a int) (mc, nc int) { return roundUp((g.m+d-1)/d, mr), roundUp((g.n+a-1)/a, unit) }
	mc, nc = size(1, 1)
	if workers == 1 || g.m*g.n*max(1, g.k) < leastWork {
		return mc, nc
	}
	best := g.time(mc, nc, workers)
	for a := 1; a <= min((g.n+unit-1)/unit, 4*workers); a *= 2 {
		even := max(1, workers/a) // rows of tasks that go up evenly
		for d := even; d <= 4*workers; d += even {
			m, n := size(d, a)
			if t := g.time(m, n, workers); t < best {
				best, mc, nc = t, m, n
			}
		}
	}
	return mc, nc
}

// leastWork is how many multiply-adds are worth sharing.
const leastWork = 1 << 17

// time estimates the cycles for one step of k if tasks have mc×nc numbers. A
// task packs its A and reads its B besides multiplying; turning one of them
// takes longer.
func (g *gemm) time(mc, nc, workers int) float64 {
	tasks := (g.m + mc - 1) / mc * ((g.n + nc - 1) / nc)
	rounds := (tasks + workers - 1) / workers
	mc, nc = min(mc, g.m), min(nc, g.n)
	packA, readB := 0.5, 0.4
	if g.csa != 1 {
		packA = 1
	}
	if g.turned {
		readB = 1
	}
	task := float64(mc*nc)/32 + float64(mc)*packA + float64(nc)*readB + 2000/float64(g.k+1)
	return task * (float64(rounds) + 0.05) // the last ones end at different times
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
