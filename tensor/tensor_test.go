package tensor_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

func TestTensorShapes(t *testing.T) {
	x := tensor.From([]float32{1, 2, 3, 4, 5, 6}, 1, 2, 3)
	if x.Rows() != 2 || x.Cols() != 3 || x.Len() != 6 || x.DType() != kernels.F32 {
		t.Errorf("rows %d cols %d len %d %s", x.Rows(), x.Cols(), x.Len(), x.DType())
	}
	if got := x.Row(1).F32(); !slices.Equal(got, []float32{4, 5, 6}) {
		t.Errorf("row 1 = %v", got)
	}
	x.Row(0).Set(2, 9)
	if got := x.Floats(); got[2] != 9 {
		t.Errorf("a row does not share memory: %v", got)
	}
	if s := x.Span(1, 2); !slices.Equal(s.Shape, []int{1, 3}) || !slices.Equal(s.Buf.F32(), x.Row(1).F32()) {
		t.Errorf("rows 1 to 2: %v of shape %v", s.Floats(), s.Shape)
	}
	if x.Span(1, 1).Len() != 0 {
		t.Error("no rows hold something")
	}
	x.Span(0, 2).Buf.Set(2, 7)
	if got := x.Floats(); got[2] != 7 {
		t.Errorf("a span does not share memory: %v", got)
	}
	if s := tensor.New(kernels.F64); s.Len() != 1 || s.Rows() != 1 || s.Cols() != 1 {
		t.Errorf("a scalar has %d elements", s.Len())
	}
	if e := tensor.New(kernels.F64, 0, 5); e.Len() != 0 || e.Buf.IsZero() {
		t.Error("an empty tensor is not an absent one")
	}
	deep := tensor.New(kernels.F32, 1, 2, 1, 3, 1, 2)
	if deep.Len() != 12 || len(deep.Shape) != 6 {
		t.Errorf("shape %v", deep.Shape)
	}
	for name, f := range map[string]func(){
		"wrong length":  func() { tensor.From([]float32{1, 2}, 3) },
		"negative size": func() { tensor.New(kernels.F32, -1) },
		"span":          func() { x.Span(1, 3) },
		"copy lengths":  func() { tensor.Copy(x.Buf, x.Row(0)) },
		"copy types":    func() { tensor.Copy(x.Buf, tensor.New(kernels.F64, 6).Buf) },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func TestCopyAndZeroKnowEveryType(t *testing.T) {
	for _, dt := range []kernels.DType{kernels.F32, kernels.F64, kernels.BF16} {
		a, b := tensor.New(dt, 3), tensor.New(dt, 3)
		for i := range 3 {
			a.Buf.Set(i, float64(i)-0.5)
		}
		tensor.Copy(b.Buf, a.Buf)
		if !slices.Equal(b.Floats(), []float64{-0.5, 0.5, 1.5}) {
			t.Errorf("%s: copy %v", dt, b.Floats())
		}
		b.Zero()
		if !slices.Equal(b.Floats(), []float64{0, 0, 0}) {
			t.Errorf("%s: zero %v", dt, b.Floats())
		}
	}
}

func TestArenaReusesMemory(t *testing.T) {
	a := tensor.NewArena(kernels.F32)
	first := a.Alloc(3, 5)
	mark := a.Mark()
	second := a.Alloc(7)
	for i := range 7 {
		second.Buf.Set(i, 1)
	}
	a.Release(mark)
	again := a.AllocDirty(7)
	if again.Buf.At(0) != 1 {
		t.Error("AllocDirty after Release does not use the same memory")
	}
	a.Release(mark)
	if clean := a.Alloc(7); clean.Buf.At(0) != 0 {
		t.Error("Alloc is not zeroed")
	}
	if first.Len() != 15 {
		t.Error("an older tensor changed")
	}
	// Tensors do not overlap, in one block or over several.
	a.Reset()
	var all []*tensor.Tensor
	for i := range 300 {
		x := a.Alloc(i * 13)
		for j := range x.Len() {
			x.Buf.Set(j, float64(i))
		}
		all = append(all, x)
	}
	for i, x := range all {
		for j := range x.Len() {
			if x.Buf.At(j) != float64(i) {
				t.Fatalf("tensor %d was overwritten by %v", i, x.Buf.At(j))
			}
		}
	}
}

func TestArenaDoesNotAllocateInSteadyState(t *testing.T) {
	a := tensor.NewArena(kernels.F64)
	work := func() {
		a.Reset()
		for i := range 1000 {
			a.AllocDirty(i, 17)
		}
	}
	work()
	size := a.Bytes()
	if n := testing.AllocsPerRun(5, work); n > 0 {
		t.Errorf("%v allocations a round", n)
	}
	if a.Bytes() != size {
		t.Errorf("grew from %d to %d bytes", size, a.Bytes())
	}
}

func TestRagged(t *testing.T) {
	r := tensor.NewRagged(2, 0, 3)
	if r.Rows() != 5 || !slices.Equal(r.Pos, []int32{0, 1, 0, 1, 2}) {
		t.Errorf("positions %v", r.Pos)
	}
	if s := r.Seqs[2]; s.Q0 != 2 || s.Qn != 3 || s.K0 != 2 || s.Pos0 != 0 || s.Pages != nil {
		t.Errorf("sequence %+v", s)
	}
	r.Reset()
	r.AddCached(1, 70, []int32{4, 9})
	r.AddCached(2, 0, []int32{1})
	if !slices.Equal(r.Pos, []int32{70, 0, 1}) || r.Seqs[1].Q0 != 1 || r.Seqs[0].Pos0 != 70 {
		t.Errorf("%+v", r)
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// Two sequences of two and three tokens, laid end to end.
func ExampleNewRagged() {
	batch := tensor.NewRagged(2, 3)
	fmt.Println("rows", batch.Rows(), "positions", batch.Pos)
	for _, s := range batch.Seqs {
		fmt.Println("rows", s.Q0, "to", s.Q0+s.Qn-1)
	}
	// Output:
	// rows 5 positions [0 1 0 1 2]
	// rows 0 to 1
	// rows 2 to 4
}

// The memory of one step: released at once, used again by the next.
func ExampleArena() {
	arena := tensor.NewArena(kernels.F32)
	for step := range 2 {
		arena.Reset()
		x := arena.Alloc(2, 3)
		x.Buf.Set(5, float64(step))
		fmt.Println(x.Shape, x.Floats())
	}
	// Output:
	// [2 3] [0 0 0 0 0 0]
	// [2 3] [0 0 0 0 0 1]
}

func BenchmarkArenaAlloc(b *testing.B) {
	a := tensor.NewArena(kernels.F32)
	for b.Loop() {
		a.Reset()
		for range 100 {
			a.AllocDirty(64, 128)
		}
	}
}
