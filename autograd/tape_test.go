package autograd_test

import (
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// step runs the model of a block forward and backward, and returns the
// log-probabilities and all gradients.
func step(t *tape, b *block, checkpoint bool) [][]float64 {
	t.Reset()
	for _, p := range b.params() {
		p.ZeroGrad()
	}
	logp, entropy := b.model(t, checkpoint)
	seed := make([]float64, b.batch.Rows())
	for i := range seed {
		seed[i] = float64(i%3) - 0.7
	}
	t.Backward(autograd.Seed{V: logp, Grad: seed}, autograd.Seed{V: entropy, Grad: seed})
	out := [][]float64{logp.Data().Floats(), entropy.Data().Floats()}
	for _, p := range b.params() {
		out = append(out, p.Grad.Floats())
	}
	return out
}

// A tape that was used before gives the same bits as a new one, whatever it
// computed in between, and a checkpoint gives those of the plain computation.
func TestMemoryIsReusedWithoutATrace(t *testing.T) {
	for _, dt := range []kernels.DType{kernels.F32, kernels.F64} {
		b, other := newBlock(dt, 5, 2, 9), newBlock(dt, 17)
		want := step(newTape(dt), b, false)
		used := newTape(dt)
		for _, checkpoint := range []bool{false, true, false} {
			step(used, other, checkpoint)
			if got := step(used, b, checkpoint); !equal(got, want) {
				t.Errorf("%s checkpoint=%v: a used tape gives other numbers", dt, checkpoint)
			}
		}
	}
}

func equal(a, b [][]float64) bool { return slices.EqualFunc(a, b, slices.Equal) }

// In steady state a step allocates nothing but closures and small slices.
func TestSteadyStateAllocatesLittle(t *testing.T) {
	b := newBlock(kernels.F32, 40, 30)
	tp := newTape(kernels.F32)
	logp, entropy := make([]float64, 70), make([]float64, 70)
	run := func() {
		tp.Reset()
		l, e := b.model(tp, false)
		tp.Backward(autograd.Seed{V: l, Grad: logp}, autograd.Seed{V: e, Grad: entropy})
	}
	run()
	before := tp.Bytes()
	tp.NoGrad(func() {
		allocs := testing.AllocsPerRun(3, func() { tp.Reset(); b.model(tp, false) })
		// The reference attention allocates scores; the tape has some 35 operations.
		if allocs > 400 {
			t.Errorf("a forward pass allocates %v times", allocs)
		}
	})
	run()
	if tp.Bytes() != before {
		t.Errorf("the tape grew from %d to %d bytes", before, tp.Bytes())
	}
}

func TestCheckpointSavesMemory(t *testing.T) {
	b := newBlock(kernels.F32, 3000)
	deep := func(checkpoint bool) int {
		tp := newTape(kernels.F32)
		x := autograd.Embedding(tp, b.embed, b.ids)
		mlp := func(in values) values {
			return values{autograd.Add(in[0], autograd.Linear(autograd.SwiGLU(autograd.Linear(in[0], b.gate, nil), autograd.Linear(in[0], b.up, nil)), b.down, nil))}
		}
		for range 30 {
			if checkpoint {
				x = autograd.Checkpoint(tp, values{x}, mlp)[0]
			} else {
				x = mlp(values{x})[0]
			}
		}
		tp.Backward(autograd.Seed{V: x, Grad: make([]float64, x.Data().Len())})
		return tp.Bytes()
	}
	if plain, saved := deep(false), deep(true); saved*3 > plain {
		t.Errorf("30 layers take %d bytes, with checkpoints %d", plain, saved)
	}
}

func TestNoGradRecordsNothing(t *testing.T) {
	b := newBlock(kernels.F64, 4)
	tp := newTape(kernels.F64)
	var logp *value
	tp.NoGrad(func() { logp, _ = b.model(tp, true) })
	if logp.NeedsGrad() || !tp.Recording() {
		t.Error("NoGrad recorded, or did not restore recording")
	}
	tp.Backward(autograd.Seed{V: logp, Grad: make([]float64, 4)})
	for _, p := range b.params() {
		if p.Grad != nil {
			t.Errorf("%s has a gradient", p.Name)
		}
	}
}

func TestGradientsAddUp(t *testing.T) {
	w := autograd.NewParam("w", tensor.From([]float64{2}, 1, 1))
	tp := newTape(kernels.F64)
	x := tp.Input(tensor.From([]float64{3}, 1, 1))
	mid := autograd.Linear(x, w, nil)
	mid.RetainGrad()
	y := autograd.Linear(mid, w, nil) // y = w²·x
	tp.Backward(autograd.Seed{V: y, Grad: []float64{1}})
	if got := w.Grad.Floats()[0]; got != 12 { // 2·w·x
		t.Errorf("dw = %v, want 12", got)
	}
	if mid.Grad().Floats()[0] != 2 || x.Grad().Floats()[0] != 4 || y.Grad() != nil {
		t.Errorf("kept gradients: mid %v x %v y %v", mid.Grad(), x.Grad(), y.Grad())
	}
	tp.Backward(autograd.Seed{V: mid, Grad: []float64{1}}, autograd.Seed{V: mid, Grad: []float64{1}})
	if got := w.Grad.Floats()[0]; got != 12+4*3 { // 2 kept + 2 new seeds, times x
		t.Errorf("after a second pass dw = %v, want 24", got)
	}
	w.ZeroGrad()
	if w.Grad.Floats()[0] != 0 {
		t.Error("ZeroGrad left a gradient")
	}
}

func TestParamIsPackedAgainWhenItChanges(t *testing.T) {
	w := autograd.NewParam("w", tensor.From([]float64{1, 2}, 1, 2))
	tp := newTape(kernels.F64)
	first := w.Weight(tp.Device())
	if w.Weight(tp.Device()) != first {
		t.Error("packed again without a change")
	}
	w.Data.Buf.Set(0, 5)
	w.Changed()
	y := autograd.Linear(tp.Constant(tensor.From([]float64{1, 1}, 1, 2)), w, nil)
	if got := y.Data().Floats()[0]; got != 7 {
		t.Errorf("y = %v, want 7", got)
	}
	// New memory is noticed without a call.
	w.Data = tensor.From([]float64{10, 20}, 1, 2)
	if got := autograd.Linear(tp.Constant(tensor.From([]float64{1, 1}, 1, 2)), w, nil).Data().Floats()[0]; got != 30 {
		t.Errorf("y = %v, want 30", got)
	}
}

func TestMisusePanics(t *testing.T) {
	tp, other := newTape(kernels.F64), newTape(kernels.F64)
	x, w := tp.Input(f64("x", 2, 3)), param("w", 4, 3)
	for name, f := range map[string]func(){
		"Linear: columns":       func() { autograd.Linear(x, param("v", 4, 2), nil) },
		"Linear: bias":          func() { autograd.Linear(x, w, param("b", 3)) },
		"Linears: none":         func() { autograd.Linears(x, nil) },
		"Linears: four":         func() { autograd.Linears(x, []autograd.Map{{W: w}, {W: w}, {W: w}, {W: w}}) },
		"Add: shapes":           func() { autograd.Add(x, tp.Input(f64("y", 3, 2))) },
		"Add: tapes":            func() { autograd.Add(x, other.Input(f64("y", 2, 3))) },
		"Constant: type":        func() { tp.Constant(tensor.New(kernels.F32, 1)) },
		"RMSNorm: columns":      func() { autograd.RMSNorm(x, param("n", 2), 1e-6) },
		"CrossEntropy: targets": func() { autograd.CrossEntropy(x, w, []int32{0}, []float64{1, 1}, 1) },
		"CrossEntropy: weights": func() { autograd.CrossEntropy(x, w, []int32{0, 0}, []float64{1}, 1) },
		"LogProb: targets":      func() { autograd.LogProb(x, w, []int32{0}, 1) },
		"Backward: length":      func() { tp.Backward(autograd.Seed{V: x, Grad: []float64{1}}) },
		"AttentionCached":       func() { autograd.AttentionCached(x, kernels.Buffer{}, kernels.Buffer{}, kernels.AttentionShape{}, nil) },
		"LowRank: rank":         func() { autograd.LowRank(x, x, param("a", 2, 3), param("b", 3, 1), 1) },
		"RoPE: positions":       func() { autograd.RoPE(x, ropeTable(kernels.F64, 2, 2), []int32{0}, 1, 2) },
		"Weight of a vector":    func() { param("n", 3).Weight(tp.Device()) },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
