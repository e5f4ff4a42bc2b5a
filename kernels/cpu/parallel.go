package cpu

import "unsafe"

// A kernel hands its workers no closure, for that would be an allocation at
// each call, but a struct of its operands and a plain function of them:
//
//	type args struct{ y, x []float32 }
//	shareSpan(b, n, 1, args{ys, xs}, func(b *Backend, a *args, lo, hi int) {
//		addTo(b.isa, a.y[lo:hi], a.x[lo:hi])
//	})
//
// The struct is copied to memory that the backend keeps for its type. The
// function must not use variables of the kernel around it.

// taskWork is the work of one task that makes handing it to another core
// worthwhile, in rough units of one vector instruction.
const taskWork = 1 << 13

// spanCall is the most numbers that one call of an elementwise kernel takes: the
// garbage collector cannot stop a worker inside assembly, and this is some 70 µs
// even for AdamW from main memory.
const spanCall = 1 << 16

// shareRows runs f over [0, n) in pieces of consecutive rows. work is the rough
// cost of one row in vector instructions. f must treat every row alike,
// wherever the pieces begin.
func shareRows[A any](b *Backend, n, work int, args A, f func(b *Backend, a *A, worker, lo, hi int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shareHeld(b, n, work, args, f)
}

// shareHeld is shareRows for kernels that use the backend's own memory before
// and after, and so hold b.mu.
func shareHeld[A any](b *Backend, n, work int, args A, f func(b *Backend, a *A, worker, lo, hi int)) {
	if n <= 0 {
		return
	}
	j := kept[A](b)
	j.args, j.rows, j.n = args, f, n
	j.size = b.pieces(n, work)
	b.pool.run((n+j.size-1)/j.size, j)
	*j = job[A]{b: b}
}

// shareSpan is shareRows for elementwise kernels over n numbers.
func shareSpan[A any](b *Backend, n, work int, args A, f func(b *Backend, a *A, lo, hi int)) {
	const block = 1024
	if n <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	j := kept[A](b)
	j.args, j.span, j.n = args, f, n
	j.size = block * b.pieces((n+block-1)/block, work*block/16)
	b.pool.run((n+j.size-1)/j.size, j)
	*j = job[A]{b: b}
}

// shareTasks runs f for each task in [0, n); b.mu is held.
func shareTasks[A any](b *Backend, n int, args A, f func(b *Backend, a *A, worker, task int)) {
	j := kept[A](b)
	j.args, j.task, j.n = args, f, n
	b.pool.run(n, j)
	*j = job[A]{b: b}
}

// Share calls f(worker, task) for each task in [0, tasks) on the backend's
// workers and returns when all are done: for work that is no kernel. No two
// calls at the same time have the same worker. f must not call the backend, and
// should not panic: on the caller's goroutine that can be recovered, on another
// worker's it ends the program.
func (b *Backend) Share(tasks int, f func(worker, task int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shareTasks(b, tasks, f, func(_ *Backend, f *func(worker, task int), worker, task int) { (*f)(worker, task) })
}

// pieces returns how many rows make a task.
func (b *Backend) pieces(n, work int) int {
	size := max(1, taskWork/max(1, work))
	if n <= size || b.pool.workers == 1 {
		return n
	}
	// About eight pieces a worker even the load out; more only cost.
	return max(size, (n+8*b.pool.workers-1)/(8*b.pool.workers))
}

// job is a call of a kernel with operands A, cut into tasks. One of the
// functions is set.
type job[A any] struct {
	b       *Backend
	args    A
	rows    func(b *Backend, a *A, worker, lo, hi int)
	span    func(b *Backend, a *A, lo, hi int)
	task    func(b *Backend, a *A, worker, task int)
	n, size int
}

func (j *job[A]) do(worker, t int) {
	lo, hi := t*j.size, min(j.n, (t+1)*j.size)
	switch {
	case j.rows != nil:
		j.rows(j.b, &j.args, worker, lo, hi)
	case j.span != nil:
		for ; lo < hi; lo += spanCall {
			j.span(j.b, &j.args, lo, min(hi, lo+spanCall))
		}
	default:
		j.task(j.b, &j.args, worker, t)
	}
}

// kept returns the backend's own job with operands of type A.
func kept[A any](b *Backend) *job[A] {
	key := any((*A)(nil)) // names the type, without an allocation
	j, ok := b.jobs[key].(*job[A])
	if !ok {
		j = &job[A]{b: b}
		if b.jobs == nil {
			b.jobs = map[any]shared{}
		}
		b.jobs[key] = j
	}
	return j
}

// sums returns n numbers of float64 for partial sums of a whole call.
func (b *Backend) sums(n int) []float64 {
	f := b.shared.get(slotSums, 2*n)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(f))), n)
}
