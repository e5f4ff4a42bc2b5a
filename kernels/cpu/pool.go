package cpu

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// pool runs the tasks of one kernel on several goroutines. A hand-off between
// goroutines costs some 30 µs where the scheduler has to wake a core, and a
// training step has hundreds of kernels, so workers that have just worked
// keep looking for more for a while (spinTime) before they sleep.
//
// How it works: state packs the number of the current job (epoch), whether
// workers may still join it (open), and how many are inside. The caller
// publishes a job, takes tasks like every worker, closes the job when none is
// left, and waits for those inside. It never waits for a worker that did not
// come: on a crowded machine the caller simply does all the tasks itself.
//
// Tasks are dealt out in as many runs of neighbours as there are workers. A
// worker begins with its own run, and when that is done goes on with what is
// left of the others'. So the cores do not fight for one counter, and a worker
// meets in one kernel the rows that it had in the last, which are in its cache.
type pool struct {
	workers int // the caller included

	job   shared
	parts []part    // one for each worker that can run
	next  *forecast // what comes after the job, if known

	_     [64]byte // state is written by all cores
	state atomic.Uint64
	_     [56]byte

	sleeping atomic.Int32
	mu       sync.Mutex
	wake     *sync.Cond
	closed   atomic.Bool
	limit    int // how many workers can run at the same time
}

const (
	insideMask = 1<<16 - 1 // workers inside the job
	openBit    = 1 << 16   // more may join
	epochShift = 17
)

// spinTime is how long a worker keeps looking for the next job. It covers the
// serial gaps of a training step.
const spinTime = 2 * time.Millisecond

// patience is how many turns (of some 40 ns) somebody waits for a worker in the
// middle of a task before he leaves his core.
const patience = 4096

// part is a run of tasks.
type part struct {
	next atomic.Int64 // the first that nobody has taken
	end  int64
	_    [48]byte // a cache line of its own
}

// newPool starts the workers. More of them than processors would only take
// turns: then the tasks of the absent ones are done by those present.
func newPool(workers int) *pool { return newPoolLimit(workers, min(workers, runtime.GOMAXPROCS(0))) }

func newPoolLimit(workers, limit int) *pool {
	p := &pool{workers: workers, limit: limit, parts: make([]part, limit)}
	p.wake = sync.NewCond(&p.mu)
	for w := 1; w < p.limit; w++ {
		go p.work(w)
	}
	return p
}

func (p *pool) close() {
	p.closed.Store(true)
	p.mu.Lock()
	p.wake.Broadcast()
	p.mu.Unlock()
}

// shared is work that is cut into tasks.
type shared interface{ do(worker, task int) }

// run calls job.do(worker, task) for each task in [0, tasks) and returns when all
// are done. worker < workers tells calls that may run at the same time apart.
// Which worker gets which task is left to chance, so no result may depend on it.
func (p *pool) run(tasks int, job shared) {
	if tasks <= 1 || p.limit <= 1 || p.closed.Load() {
		for t := range tasks {
			job.do(0, t)
		}
		return
	}
	p.job = job
	for w := range p.parts {
		p.parts[w].next.Store(int64(tasks * w / p.limit))
		p.parts[w].end = int64(tasks * (w + 1) / p.limit)
	}
	epoch := p.state.Load()>>epochShift + 1
	p.state.Store(epoch<<epochShift | openBit)
	if p.sleeping.Load() > 0 {
		p.mu.Lock()
		p.wake.Broadcast()
		p.mu.Unlock()
	}
	defer p.finish() // also when a task panics: workers may be inside
	p.drain(0)
}

// finish closes the job and waits for the workers inside.
func (p *pool) finish() {
	for {
		s := p.state.Load()
		if p.state.CompareAndSwap(s, s&^openBit) {
			break
		}
	}
	for i := 1; p.state.Load()&insideMask != 0; i++ {
		linger(i)
	}
	p.job = nil
}

// drain takes tasks until none is left, those of worker's own part first.
func (p *pool) drain(worker int) {
	job := p.job
	for w := worker; ; {
		part := &p.parts[w]
		for part.next.Load() < part.end {
			if t := part.next.Add(1) - 1; t < part.end {
				job.do(worker, int(t))
			}
		}
		if w++; w == len(p.parts) {
			w = 0
		}
		if w == worker {
			return
		}
	}
}

// work is the life of one worker.
func (p *pool) work(worker int) {
	var done uint64 // the epoch of the last job seen
	for !p.closed.Load() {
		s, ok := p.await(done)
		if !ok {
			continue
		}
		if !p.state.CompareAndSwap(s, s+1) {
			continue
		}
		done = s >> epochShift
		p.drain(worker)
		at := uintptr(0)
		if p.next != nil && worker < len(p.next.at) {
			at = p.next.at[worker]
		}
		p.state.Add(^uint64(0))
		p.fetch(at, done)
	}
}

// fresh reports whether s is an open job after the one numbered done.
func fresh(s, done uint64) bool { return s&openBit != 0 && s>>epochShift != done }

// await spins for a new job and, when none comes, sleeps until one does.
func (p *pool) await(done uint64) (uint64, bool) {
	start := time.Now()
	for i := 1; ; i++ {
		if s := p.state.Load(); fresh(s, done) {
			return s, true
		}
		relax(i)
		if i%64 == 0 && time.Since(start) > spinTime {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sleeping.Add(1) // before the last look, so that run cannot miss us
	defer p.sleeping.Add(-1)
	for {
		if s := p.state.Load(); fresh(s, done) {
			return s, true
		}
		if p.closed.Load() {
			return 0, false
		}
		p.wake.Wait()
	}
}

// linger is turn i of waiting for a worker that is at work. One that takes so
// long has lost its core to another program, or to those who wait: when we leave
// ours, the system moves the worker there.
func linger(i int) {
	if i < patience {
		relax(i)
	} else {
		time.Sleep(20 * time.Microsecond)
	}
}

// relax is one turn of a waiting loop: a pause of the core, and now and then
// a chance for other goroutines.
func relax(i int) {
	if i%256 == 0 {
		runtime.Gosched()
		return
	}
	pause()
}
