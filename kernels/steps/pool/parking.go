package pool

import (
	"sync"
	"sync/atomic"
	"time"
)

// parker is version 4. state is the number of the job, a bit that says whether
// it is open, and how many workers are inside: the caller closes it when no
// task is left, and waits for those inside, not for those who never came.
type parker struct {
	job
	_     [64]byte
	state atomic.Uint64
	_     [64]byte

	mu       sync.Mutex
	wake     *sync.Cond
	sleeping atomic.Int32
	closed   atomic.Bool
}

const (
	inside = 1<<16 - 1
	open   = 1 << 16
	number = 17 // the shift
)

func parking(workers int) Pool {
	p := &parker{}
	p.wake = sync.NewCond(&p.mu)
	for w := 1; w < workers; w++ {
		go p.work(w)
	}
	return p
}

func (p *parker) Run(tasks int, f func(worker, task int)) {
	p.f, p.tasks = f, int64(tasks)
	p.next.Store(0)
	p.state.Store((p.state.Load()>>number+1)<<number | open)
	p.rouse()
	p.drain(0)
	for s := p.state.Load(); !p.state.CompareAndSwap(s, s&^open); s = p.state.Load() {
	}
	for i := 1; p.state.Load()&inside != 0; i++ {
		yield(i)
	}
}

func (p *parker) work(worker int) {
	last := uint64(0) // number of the last job that it came to
	for !p.closed.Load() {
		s := p.await(last)
		if s&open != 0 && p.state.CompareAndSwap(s, s+1) {
			last = s >> number
			p.drain(worker)
			p.state.Add(^uint64(0))
		}
	}
}

// await returns the state once a new job is open, or the pool closed.
func (p *parker) await(last uint64) uint64 {
	start := time.Now()
	for i := 1; ; i++ {
		if s := p.state.Load(); s&open != 0 && s>>number != last {
			return s
		}
		yield(i)
		if i%1024 == 0 && time.Since(start) > 2*time.Millisecond {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sleeping.Add(1) // before the last look, so that Run cannot miss us
	defer p.sleeping.Add(-1)
	for {
		if s := p.state.Load(); p.closed.Load() || s&open != 0 && s>>number != last {
			return s
		}
		p.wake.Wait()
	}
}

func (p *parker) rouse() {
	if p.sleeping.Load() > 0 {
		p.mu.Lock()
		p.wake.Broadcast()
		p.mu.Unlock()
	}
}

func (p *parker) Close() {
	p.closed.Store(true)
	p.mu.Lock()
	p.wake.Broadcast()
	p.mu.Unlock()
}
