package pool

import (
	"runtime"
	"sync/atomic"
)

// spinner is version 3. Each worker counts the jobs that it has done; a job is
// over when all have counted it.
type spinner struct {
	job
	_     [64]byte
	epoch atomic.Int64 // number of the present job
	_     [64]byte
	ready atomic.Int64 // workers that are done with it
	_     [64]byte

	workers int
	closed  atomic.Bool
}

func spinning(workers int) Pool {
	p := &spinner{workers: workers}
	for w := 1; w < workers; w++ {
		go func() {
			for done := int64(0); ; done++ {
				for i := 1; p.epoch.Load() == done; i++ {
					if p.closed.Load() {
						return
					}
					yield(i)
				}
				p.drain(w)
				p.ready.Add(1)
			}
		}()
	}
	return p
}

func (p *spinner) Run(tasks int, f func(worker, task int)) {
	p.f, p.tasks = f, int64(tasks)
	p.next.Store(0)
	p.ready.Store(0)
	p.epoch.Add(1)
	p.drain(0)
	for i := 1; p.ready.Load() < int64(p.workers-1); i++ {
		yield(i)
	}
}

func (p *spinner) Close() { p.closed.Store(true) }

// yield lets other goroutines run now and then.
func yield(i int) {
	if i%4096 == 0 {
		runtime.Gosched()
	}
}
