package cpu

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/kernels"
)

func openTiles(t testing.TB, workers int) *Backend {
	t.Helper()
	if names := Impls(); names[len(names)-1] != "amx" {
		t.Skip("this processor or system has no tiles")
	}
	return open(t, "amx", workers)
}

func round16s(x []float32) []kernels.BFloat16 {
	y := make([]kernels.BFloat16, len(x))
	for i, v := range x {
		y[i] = kernels.RoundBF16(v)
	}
	return y
}

// Random batches: any number of workers, each sequence alone, and a cache in
// bfloat16 give the bits of the whole, with NaN and ∞ wherever no key is
// written, long contexts for a single query, and prompts beside them.
func TestAttention16Random(t *testing.T) {
	b := openTiles(t, 2)
	others := []*Backend{b, openTiles(t, 1), openTiles(t, 5)}
	for round := range 12 {
		r := stream(t, fmt.Sprint(round))
		a := kernels.AttentionShape{KVHeads: 1 + r.IntN(3), HeadDim: 32 * (1 + r.IntN(4)), Scale: 0.1, Compute: kernels.BF16}
		a.Heads = a.KVHeads * []int{1, 2, 5, 7, 19}[r.IntN(5)]
		ldq, ldk := a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
		var seqs []kernels.Seq
		rows, pages := 0, 0
		for range 1 + r.IntN(5) {
			s := kernels.Seq{Q0: int32(rows), Qn: int32(r.IntN(150)), Pos0: int32(r.IntN(200))}
			if r.IntN(3) == 0 {
				s.Qn, s.Pos0 = int32(r.IntN(2)), int32(r.IntN(2000))
			}
			s.Pages = make([]int32, (int(s.Pos0+s.Qn)+chunk-1)/chunk)
			for c := range s.Pages {
				s.Pages[c] = int32(pages + c)
			}
			r.Shuffle(len(s.Pages), func(i, j int) { s.Pages[i], s.Pages[j] = s.Pages[j], s.Pages[i] })
			pages += len(s.Pages)
			rows += int(s.Qn)
			seqs = append(seqs, s)
		}
		q, k, v := normals(r, rows*ldq), normals(r, pages*chunk*ldk), normals(r, pages*chunk*ldk)
		for _, s := range seqs {
			for j := int(s.Pos0 + s.Qn); j < len(s.Pages)*chunk; j++ {
				for i := range ldk {
					at := (int(s.Pages[j/chunk])*chunk+j%chunk)*ldk + i
					k[at], v[at] = float32(math.NaN()), float32(math.Inf(1))
				}
			}
		}
		pass := func(b *Backend, seqs []kernels.Seq, k, v kernels.Buffer) (o, lse []float32) {
			o, lse = make([]float32, rows*ldq), make([]float32, rows*a.Heads)
			b.Attention(of(o), of(lse), of(q), k, v, a, seqs)
			return
		}
		o, lse := pass(b, seqs, of(k), of(v))
		for i, x := range o {
			if x != x {
				t.Fatalf("%+v %v: o[%d] is NaN", a, seqs, i)
			}
		}
		cacheK, cacheV := kernels.Of(round16s(k)), kernels.Of(round16s(v))
		for _, other := range others {
			for _, kv := range [][2]kernels.Buffer{{of(k), of(v)}, {cacheK, cacheV}} {
				o1, lse1 := pass(other, seqs, kv[0], kv[1])
				same(t, "o", o1, o)
				same(t, "lse", lse1, lse)
			}
		}
		for _, s := range seqs {
			lo, hi := int(s.Q0), int(s.Q0+s.Qn)
			o1, _ := pass(b, []kernels.Seq{s}, cacheK, cacheV)
			same(t, "o alone", o1[lo*ldq:hi*ldq], o[lo*ldq:hi*ldq])
		}
	}
}

// What a query does not see does not reach it, not even as 0·∞.
func TestAttention16HiddenInfinity(t *testing.T) {
	b := openTiles(t, 1)
	const n, at = 150, 100
	a := kernels.AttentionShape{Heads: 4, KVHeads: 2, HeadDim: 32, Scale: 0.2, Compute: kernels.BF16}
	r := stream(t)
	q, k, v := normals(r, n*128), normals(r, n*64), normals(r, n*64)
	seqs := []kernels.Seq{{Qn: n}}
	pass := func() []float32 {
		o := make([]float32, n*128)
		b.Attention(of(o), kernels.Buffer{}, of(q), of(k), of(v), a, seqs)
		return o
	}
	want := pass()
	v[at*64+3], v[(at+1)*64+40] = float32(math.Inf(-1)), float32(math.NaN())
	got := pass()
	same(t, "before", got[:at*128], want[:at*128])
	if x := float64(got[at*128+3]); !math.IsInf(x, -1) {
		t.Errorf("the query that sees −∞ gets %v", x)
	}
}

// A call allocates nothing once its memory is there.
func TestAttention16Allocates(t *testing.T) {
	b := openTiles(t, 2)
	const n = 1000
	a := kernels.AttentionShape{Heads: 9, KVHeads: 3, HeadDim: 64, Scale: 0.125, Compute: kernels.BF16}
	r := stream(t)
	q, k, v := normals(r, 10*9*64), normals(r, n*3*64), normals(r, n*3*64)
	o, lse := of(make([]float32, 10*9*64)), of(make([]float32, 10*9))
	cacheK, cacheV := kernels.Of(round16s(k)), kernels.Of(round16s(v))
	for _, seqs := range [][]kernels.Seq{{{Qn: 1, Pos0: n - 1}}, {{Qn: 10, Pos0: 300}}} {
		for _, kv := range [][2]kernels.Buffer{{of(k), of(v)}, {cacheK, cacheV}} {
			run := func() { b.Attention(o, lse, of(q), kv[0], kv[1], a, seqs) }
			for range 20 { // every worker has had a task
				run()
			}
			if got := testing.AllocsPerRun(50, run); got > 0 {
				t.Errorf("%v: %v allocations a call", seqs, got)
			}
		}
	}
}

// The backend keeps no cache alive whose engine is gone.
func TestAttention16KeepsNothing(t *testing.T) {
	const n = 300
	for _, heads := range []int{3, 3 * 17} {
		b := openTiles(t, 2)
		freed := make(chan bool, 2)
		func() {
			a := kernels.AttentionShape{Heads: heads, KVHeads: 3, HeadDim: 32, Scale: 0.2, Compute: kernels.BF16}
			r := stream(t)
			k, v := round16s(normals(r, n*96)), round16s(normals(r, n*96))
			for _, x := range [][]kernels.BFloat16{k, v} {
				runtime.SetFinalizer(&x[0], func(*kernels.BFloat16) { freed <- true })
			}
			o := make([]float32, heads*32)
			b.Attention(of(o), kernels.Buffer{}, of(normals(r, heads*32)), kernels.Of(k), kernels.Of(v), a, []kernels.Seq{{Qn: 1, Pos0: n - 1}})
		}()
		for try := 0; len(freed) < 2; try++ {
			if try == 200 {
				t.Fatalf("%d heads: %d of 2 matrices were freed", heads, len(freed))
			}
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
		runtime.KeepAlive(b)
	}
}

// A type that a level does not compute is the caller's mistake.
func TestAttentionComputeIsChecked(t *testing.T) {
	b := open(t, "generic", 1)
	a := kernels.AttentionShape{Heads: 1, KVHeads: 1, HeadDim: 32, Scale: 1, Compute: kernels.BF16}
	if got := b.AttentionCompute(a); got != kernels.F32 {
		t.Fatalf("the generic level computes attention in %v", got)
	}
	x := of(make([]float32, 32))
	defer func() {
		want := "kernels/cpu: Attention: Compute is bf16, but cpu/generic computes heads of 32 numbers in f32"
		if got := recover(); got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	b.Attention(x, kernels.Buffer{}, x, x, x, a, []kernels.Seq{{Qn: 1}})
}
