package limits

import (
	"runtime"
	"strings"
	"sync"
	"time"
)

// FMA returns the peak of float32 multiply-adds in GFLOP/s (a multiply-add is
// two operations) of an implementation of package cpu ("avx512" and what is
// above it, "avx2" or "generic") on a number of threads: the best of samples
// bursts of about a tenth of a millisecond.
func FMA(isa string, threads, samples int) float64 { return Peak(unitF32(isa), threads, samples) }

// A Unit is what multiplies and adds: an instruction.
type Unit string

// The units. Products of bf16 and of 8-bit integers count two operations like
// those of float32.
const (
	FMAGeneric Unit = "FMAgeneric" // a multiplication and an addition in Go
	FMA256     Unit = "FMA256"     // VFMADD231PS of 8 float32
	FMA512     Unit = "FMA512"     // VFMADD231PS of 16 float32
	DPBF16     Unit = "DPBF16"     // VDPBF16PS: 32 products of bfloat16
	VNNI       Unit = "VNNI"       // VPDPBUSD: 64 products of 8-bit integers
	MADD8      Unit = "MADD8"      // VPMADDUBSW, VPMADDWD, VPADDD: 32 products of 8-bit integers
	AMXBF16    Unit = "AMXBF16"    // TDPBF16PS: tiles of 16×32 by 32×16 bfloat16
	AMXI8      Unit = "AMXI8"      // TDPBSSD: tiles of 16×64 by 64×16 8-bit integers
)

// Units lists the units of this machine, float32 first.
func Units() []Unit {
	list := []Unit{FMAGeneric}
	for _, u := range []Unit{FMA256, FMA512, DPBF16, MADD8, VNNI, AMXBF16, AMXI8} {
		if has(u) {
			list = append(list, u)
		}
	}
	return list
}

// UnitOf says which unit bounds products whose factors are dtype "f32", "bf16"
// or "i8" in an implementation of package cpu: bfloat16 is widened to float32
// where the implementation has no instruction for it.
func UnitOf(dtype, isa string) Unit {
	switch {
	case dtype == "bf16" && isa == "amx":
		return AMXBF16
	case dtype == "bf16" && isa == "avx512bf16":
		return DPBF16
	case dtype == "i8" && isa == "amx" && has(AMXI8):
		return AMXI8
	case dtype == "i8" && strings.HasPrefix(isa, "avx512") && has(VNNI):
		return VNNI
	case dtype == "i8" && unitF32(isa) != FMAGeneric && has(MADD8):
		return MADD8
	}
	return unitF32(isa)
}

func unitF32(isa string) Unit {
	switch {
	case isa == "amx" || strings.HasPrefix(isa, "avx512"):
		return FMA512
	case isa == "avx2":
		return FMA256
	}
	return FMAGeneric
}

// Peak returns the peak of a unit in billions of operations per second, two for
// each multiply-add: the best of samples bursts of about a tenth of a
// millisecond on every thread at once. A unit that is absent counts as the
// generic one.
func Peak(u Unit, threads, samples int) float64 {
	const n = 20000
	return 2 * perSecond(atOnce(threads), samples, func(int) float64 { return burst(u, n) })
}

// atOnce returns how many of so many threads run at once: those beyond the
// processors take turns, and each would find the rate of a whole processor.
func atOnce(threads int) int { return min(threads, runtime.GOMAXPROCS(0)) }

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

var sinkOnce sync.Once

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
