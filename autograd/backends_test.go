package autograd_test

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/tensor"
)

// The same model on the fast backend: close to float64, and the same bits for
// any number of workers, with and without checkpoints.
func TestFastBackendsAgreeWithTheReference(t *testing.T) {
	lens := []int{3, 40, 1, 17}
	exact := newBlock(kernels.F64, lens...)
	single := newBlock(kernels.F32, lens...)
	for i, p := range exact.params() { // the weights of float32, widened
		for j := range p.Data.Len() {
			p.Data.Buf.Set(j, single.params()[i].Data.Buf.At(j))
		}
	}
	want := step(newTape(kernels.F64), exact, false)
	for _, impl := range cpu.Impls() {
		var first [][]float64
		for _, workers := range []int{1, 3} {
			dev, err := cpu.New(cpu.Options{Workers: workers, Impl: impl})
			if err != nil {
				t.Fatal(err)
			}
			tp := autograd.NewTape(dev, kernels.F32)
			got := step(tp, single, workers == 3)
			dev.Close()
			for i := range want {
				if d := distance(got[i], want[i]); d > 2e-5 {
					t.Errorf("%s: result %d is off by %.2g of its size", impl, i, d)
				}
			}
			if first == nil {
				first = got
			} else if !equal(got, first) {
				t.Errorf("%s: 3 workers and checkpoints give other bits than 1 worker without", impl)
			}
		}
	}
}

// distance is the largest difference relative to the largest value of want.
func distance(got, want []float64) float64 {
	worst, size := 0.0, 0.0
	for i := range want {
		worst, size = max(worst, math.Abs(got[i]-want[i])), max(size, math.Abs(want[i]))
	}
	return worst / size
}

// AttentionCached over pages has the bits of Attention over the same rows.
func TestAttentionCachedHasTheBitsOfAttention(t *testing.T) {
	const n = kernels.KVChunk + 9
	shape := kernels.AttentionShape{Heads: 2, KVHeads: 1, HeadDim: 4, Scale: 0.5}
	dev, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	tp := autograd.NewTape(dev, kernels.F32)
	q, k, v := random(kernels.F32, "q", n, 8), random(kernels.F32, "k", n, 4), random(kernels.F32, "v", n, 4)
	whole := autograd.Attention(tp.Constant(q), tp.Constant(k), tp.Constant(v), shape, tensor.NewRagged(n).Seqs)
	keys, vals := tensor.New(kernels.F32, 3*kernels.KVChunk, 4), tensor.New(kernels.F32, 3*kernels.KVChunk, 4)
	pages := []int32{2, 0}
	for j := range n {
		row := int(pages[j/kernels.KVChunk])*kernels.KVChunk + j%kernels.KVChunk
		tensor.Copy(keys.Row(row), k.Row(j))
		tensor.Copy(vals.Row(row), v.Row(j))
	}
	tp.SetRecording(false)
	for _, row := range []int{0, 63, 64, n - 1} {
		var one tensor.Ragged
		one.AddCached(1, row, pages)
		got := autograd.AttentionCached(tp.Constant(tensor.Wrap(q.Row(row), 1, 8)), keys.Buf, vals.Buf, shape, one.Seqs)
		for i := range 8 {
			if got.Data().Buf.At(i) != whole.Data().Row(row).At(i) {
				t.Errorf("row %d: %v from the cache, %v in one go", row, got.Data().Floats(), whole.Data().Row(row).F32())
				break
			}
		}
	}
}
