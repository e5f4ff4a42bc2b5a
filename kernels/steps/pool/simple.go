package pool

import (
	"sync"
	"sync/atomic"
)

// starter is version 1.
type starter struct{ workers int }

func goroutines(workers int) Pool { return starter{workers} }

func (p starter) Run(tasks int, f func(worker, task int)) {
	var next atomic.Int64
	drain := func(worker int) {
		for t := next.Add(1) - 1; t < int64(tasks); t = next.Add(1) - 1 {
			f(worker, int(t))
		}
	}
	var all sync.WaitGroup
	for w := 1; w < p.workers; w++ {
		all.Go(func() { drain(w) })
	}
	drain(0)
	all.Wait()
}

func (p starter) Close() {}

// listener is version 2.
type listener struct {
	workers int
	jobs    chan *job
	done    chan struct{}
}

// job is the work of one call of Run.
type job struct {
	f     func(worker, task int)
	tasks int64
	next  atomic.Int64
}

func (j *job) drain(worker int) {
	for t := j.next.Add(1) - 1; t < j.tasks; t = j.next.Add(1) - 1 {
		j.f(worker, int(t))
	}
}

func channels(workers int) Pool {
	p := &listener{workers, make(chan *job), make(chan struct{}, workers)}
	for w := 1; w < workers; w++ {
		go func() {
			for j := range p.jobs {
				j.drain(w)
				p.done <- struct{}{}
			}
		}()
	}
	return p
}

func (p *listener) Run(tasks int, f func(worker, task int)) {
	j := &job{f: f, tasks: int64(tasks)}
	for range p.workers - 1 {
		p.jobs <- j
	}
	j.drain(0)
	for range p.workers - 1 {
		<-p.done
	}
}

func (p *listener) Close() { close(p.jobs) }
