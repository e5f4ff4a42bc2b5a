package limits

import (
	"runtime"
	"sync"
	"time"
)

// FMA returns the peak of float32 multiply-adds in GFLOP/s (a multiply-add is
// two operations) of an instruction set, "avx512", "avx2" or "generic", on a
// number of threads: the best of samples bursts of about a tenth of a millisecond.
func FMA(isa string, threads, samples int) float64 {
	const n = 20000
	return 2 * perSecond(threads, samples, func(int) float64 { return fma(isa, n) })
}

// A Kind is one of the STREAM kernels.
type Kind int

// The kinds, see the package documentation.
const (
	Read Kind = iota
	Copy
	Triad
	Update
)

func (k Kind) String() string { return [...]string{"Read", "Copy", "Triad", "Update"}[k] }

// Bandwidth returns GB/s of one kind over a working set of bytes for each
// thread: the best of samples passes.
func Bandwidth(k Kind, isa string, bytes, threads, samples int) float64 {
	arrays := [...]int{1, 2, 3, 2}[k]
	moved := [...]int{1, 2, 3, 3}[k] // Update reads both and writes one
	n := max(64, bytes/arrays/4/64*64)
	mem := make([][3][]float32, threads)
	for t := range mem {
		for a := range arrays {
			mem[t][a] = make([]float32, n)
			for i := range mem[t][a] {
				mem[t][a][i] = float32(i%3) - 1 // pages exist only after a write
			}
		}
	}
	repeat := max(1, (1<<20)/(n*moved*4))
	return perSecond(threads, samples, func(t int) float64 {
		x := &mem[t]
		for range repeat {
			stream(k, isa, x[0], x[1], x[2])
		}
		return float64(repeat * n * moved * 4)
	})
}

// perSecond runs f on every thread at once and returns the best rate of the
// work that f says it did, in billions per second.
func perSecond(threads, samples int, f func(thread int) float64) float64 {
	best := 0.0
	for range samples {
		var ready, done sync.WaitGroup
		begin := make(chan struct{})
		rates := make([]float64, threads)
		for t := range threads {
			ready.Add(1)
			done.Add(1)
			go func() {
				defer done.Done()
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				f(t) // warm: caches, clock
				ready.Done()
				<-begin
				start := time.Now()
				work := f(t) + f(t) + f(t) + f(t)
				rates[t] = work / time.Since(start).Seconds() / 1e9
			}()
		}
		ready.Wait()
		close(begin)
		done.Wait()
		sum := 0.0
		for _, r := range rates {
			sum += r
		}
		best = max(best, sum)
	}
	return best
}

// sink keeps the compiler from dropping work whose result nobody needs.
//
//lint:ignore U1000 that nothing reads it is its purpose
var sink float32

// fmaGeneric does n rounds of eight independent multiplications and additions
// and returns their number.
func fmaGeneric(n int) float64 {
	var a, b, c, d, e, f, g, h float32
	x := float32(0.5)
	for range n {
		a += float32(a * x)
		b += float32(b * x)
		c += float32(c * x)
		d += float32(d * x)
		e += float32(e * x)
		f += float32(f * x)
		g += float32(g * x)
		h += float32(h * x)
	}
	sinkOnce.Do(func() { sink = a + b + c + d + e + f + g + h })
	return 8 * float64(n)
}

var sinkOnce sync.Once

// streamGeneric is one pass of a kind: over x alone, y = x, y = x + 0.5·z, or
// y = y + 0.5·x.
func streamGeneric(k Kind, x, y, z []float32) {
	switch k {
	case Read:
		var a, b, c, d float32
		for i := 0; i+4 <= len(x); i += 4 {
			a += x[i]
			b += x[i+1]
			c += x[i+2]
			d += x[i+3]
		}
		if s := a + b + c + d; s != s {
			panic("limits: NaN")
		}
	case Copy:
		copy(y, x)
	case Triad:
		for i := range y {
			y[i] = x[i] + float32(0.5*z[i])
		}
	case Update:
		for i := range y {
			y[i] += float32(0.5 * x[i])
		}
	}
}
