package cpu

// taskWork is the work of one task that makes handing it to another core
// worthwhile, in rough units of one vector instruction.
const taskWork = 1 << 13

// rows runs f over [0, n) in pieces of consecutive rows. work is the rough
// cost of one row in vector instructions. f must treat every row alike,
// wherever the pieces begin.
func (b *Backend) rows(n, work int, f func(worker, lo, hi int)) {
	if n <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	size := max(1, taskWork/max(1, work))
	if n <= size || b.pool.workers == 1 {
		f(0, 0, n)
		return
	}
	// About eight pieces a worker even the load out; more only cost.
	size = max(size, (n+8*b.pool.workers-1)/(8*b.pool.workers))
	b.pool.run((n+size-1)/size, func(w, t int) { f(w, t*size, min(n, (t+1)*size)) })
}

// span is rows for elementwise kernels over n numbers.
func (b *Backend) span(n, work int, f func(lo, hi int)) {
	const block = 1024
	b.rows((n+block-1)/block, work*block/16, func(_, lo, hi int) { f(lo*block, min(n, hi*block)) })
}
