package cpu

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

type closure func(worker, task int)

func (f closure) do(worker, task int) { f(worker, task) }

// Every task runs exactly once, whatever comes between the jobs: nothing, a
// short gap, or one after which the workers sleep.
func TestPool(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 8} {
		p := newPoolLimit(workers, workers)
		for job := range 300 {
			if job%100 == 99 {
				time.Sleep(2 * spinTime)
			}
			tasks := job % 41
			done := make([]atomic.Int32, tasks)
			var at [8]atomic.Int32 // no worker runs two tasks at once
			p.run(tasks, closure(func(w, i int) {
				if at[w].Add(1) != 1 {
					t.Errorf("worker %d runs two tasks", w)
				}
				done[i].Add(1)
				at[w].Add(-1)
			}))
			for i := range done {
				if n := done[i].Load(); n != 1 {
					t.Fatalf("%d workers, job %d: task %d ran %d times", workers, job, i, n)
				}
			}
		}
		p.close()
		ran := 0
		p.run(3, closure(func(int, int) { ran++ }))
		if ran != 3 {
			t.Errorf("a closed pool ran %d of 3 tasks", ran)
		}
	}
}

// A panic of the caller's task arrives when no worker is inside any more, and
// the pool works afterwards.
func TestPanicOfATask(t *testing.T) {
	p := newPoolLimit(2, 2)
	defer p.close()
	seen := false
	for range 200 {
		var inside, met atomic.Int32
		panics := func() (panicked bool) {
			defer func() { panicked = recover() != nil }()
			p.run(2, closure(func(w, _ int) {
				if w == 0 {
					for range 1000 { // until the other worker is inside, if it comes
						if met.Load() > 0 {
							panic("of a task")
						}
						time.Sleep(time.Microsecond)
					}
					return
				}
				inside.Add(1)
				met.Store(1)
				time.Sleep(time.Millisecond)
				inside.Add(-1)
			}))
			return false
		}()
		seen = seen || panics
		if n := inside.Load(); n != 0 {
			t.Fatalf("run ended with %d workers inside", n)
		}
		if s := p.state.Load(); s&(openBit|insideMask) != 0 {
			t.Fatalf("the job is open, or has workers inside: %b", s)
		}
		var ran atomic.Int32
		p.run(20, closure(func(int, int) { ran.Add(1) }))
		if ran.Load() != 20 {
			t.Fatalf("%d of 20 tasks ran afterwards", ran.Load())
		}
	}
	if !seen {
		t.Skip("the second worker never came in time")
	}
}

// Backends called from several goroutines take turns.
func TestBackendIsShared(t *testing.T) {
	b := open(t, Impls()[len(Impls())-1], 2)
	const n = 50000
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			x, y := make([]float32, n), make([]float32, n)
			for i := range x {
				x[i] = 1
			}
			for range 20 {
				b.Add(of(y), of(y), of(x), n)
			}
			for i, v := range y {
				if v != 20 {
					t.Errorf("y[%d] = %v", i, v)
					return
				}
			}
		})
	}
	all.Wait()
}

// One processor must not be worse off with many workers.
func TestOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b, err := New(Options{Workers: 8})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.pool.limit != 1 {
		t.Errorf("%d workers run on one processor", b.pool.limit)
	}
	x := make([]float32, 1<<16)
	b.Add(of(x), of(x), of(x), len(x))
}

// A number that no machine has is an error, not a full memory.
func TestTooManyWorkers(t *testing.T) {
	for _, n := range []int{-1, 1 << 16, math.MaxInt} {
		if b, err := New(Options{Workers: n}); err == nil {
			b.Close()
			t.Errorf("%d workers: no error", n)
		}
	}
}

// Idle workers end with their backend, closed or forgotten.
func TestWorkersEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		b := open(t, "generic", 4)
		b.Close()
		if _, err := New(Options{Workers: 2}); err != nil { // forgotten at once
			t.Fatal(err)
		}
	}
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i > 200 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
}

// Steady state makes no garbage.
func TestNoGarbage(t *testing.T) {
	b := open(t, Impls()[len(Impls())-1], 2)
	r := stream(t)
	x := normals(r, 64*96)
	norm, rstd, y := normals(r, 96), make([]float32, 64), make([]float32, 64*96)
	dx, dw := make([]float32, 64*96), make([]float32, 96)
	f := func() {
		b.RMSNorm(of(y), of(rstd), of(x), of(norm), 64, 96, 1e-5)
		b.RMSNormBackward(of(dx), of(dw), of(y), of(x), of(norm), of(rstd), 64, 96)
		b.SwiGLU(of(y), of(x), of(x), len(x))
		b.SumSquares(of(x), len(x))
	}
	f()
	if n := testing.AllocsPerRun(20, f); n > 0 {
		t.Errorf("%v allocations in a round of kernels", n)
	}
}

func BenchmarkForkJoin(b *testing.B) {
	p := newPool(2)
	defer p.close()
	f := closure(func(int, int) {})
	for b.Loop() {
		p.run(2, f)
	}
}

// More workers than processors, because the machine is shared or GOMAXPROCS was
// lowered later, cost something, but no cliff: the caller waits only for those
// that are inside.
func TestCrowdedPool(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	const jobs, tasks = 100, 16
	var sink atomic.Int64
	work := closure(func(int, int) { // some µs
		x := int64(1)
		for i := range int64(4000) {
			x ^= x<<7 + i
		}
		sink.Store(x)
	})
	measure := func(p *pool) time.Duration {
		start := time.Now()
		for range jobs {
			p.run(tasks, work)
		}
		return time.Since(start)
	}
	alone := newPoolLimit(1, 1)
	for _, c := range []struct {
		name                string
		workers, processors int
	}{
		{"8 workers on each processor", 8 * runtime.GOMAXPROCS(0), runtime.GOMAXPROCS(0)},
		{"4 workers on one processor", 4, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(c.processors))
			p := newPoolLimit(c.workers, c.workers)
			defer p.close()
			best := math.Inf(1)
			for range 10 { // neighbours of this machine may spoil some
				best = min(best, float64(measure(p))/float64(measure(alone)))
			}
			if best > 3 {
				t.Errorf("%.1f times as long as one worker alone", best)
			}
			t.Logf("%.2f of the time of one worker alone", best)
		})
	}
}
