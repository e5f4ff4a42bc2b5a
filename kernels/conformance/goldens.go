package conformance

import (
	"encoding/json"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
)

// Goldens compares a float32 backend with the operations of the golden data,
// within the tolerances stated there: ten times what float32 PyTorch is off by.
// It lists the cases, and skips the test when there is no golden data.
func Goldens(t *testing.T, b kernels.Backend) { goldens(t, b, kernels.F32) }

// GoldensF64 is [Goldens] for a float64 backend. The golden values are exact
// for float64, so the tolerance is 1e-9 of the largest value, and 1e-6 for the
// one gradient that nearly cancels: of x in a norm of width 1.
func GoldensF64(t *testing.T, b kernels.Backend) { goldens(t, b, kernels.F64) }

// goldenOp is an operation of index.json.
type goldenOp struct {
	File  string
	Cases map[string]json.RawMessage
}

// goldenCase is one case: its scalars, tensors and tolerances.
type goldenCase struct {
	Shapes    map[string][]int   `json:"shapes"`
	Tolerance map[string]float64 `json:"tolerance_rel_to_max"`
	Angles    float64            `json:"tolerance_rel_to_max_float64_angles"`
	Eps       float64            `json:"eps"`

	QLengths []int `json:"q_lengths"`
	KLengths []int `json:"k_lengths"`
	Heads    int   `json:"heads"`
	KVHeads  int   `json:"kv_heads"`
	HeadDim  int   `json:"head_dim"`

	Betas       [2]float64 `json:"betas"`
	WeightDecay float64    `json:"weight_decay"`
	LR          []float64  `json:"lr"`
	Tensors     int        `json:"tensors"`
	MaxNorm     float64    `json:"max_norm"`
}

// goldenRun is one case on one backend.
type goldenRun struct {
	goldenCase
	t    *testing.T
	b    kernels.Backend
	m    *memory
	file *golden.Tensors
	name string

	exact float64 // the tolerance in float64
}

var goldenTests = map[string]func(*goldenRun){
	"rmsnorm":        goldenRMSNorm,
	"softmax_ce":     goldenLogProb,
	"swiglu":         goldenSwiGLU,
	"rope":           goldenRoPE,
	"attention":      goldenAttention,
	"adamw":          goldenAdamW,
	"clip_grad_norm": goldenClip,
	"rope_tables":    nil, // the tables are made by package llama, and tested there
}

func goldens(t *testing.T, b kernels.Backend, dt kernels.DType) {
	dir := golden.Kind(t, "ops")
	var index map[string]goldenOp
	golden.JSON(t, filepath.Join(dir, "index.json"), &index)
	for _, op := range slices.Sorted(maps.Keys(index)) {
		test, known := goldenTests[op]
		if !known {
			t.Logf("no test for the operation %q", op)
		}
		if test == nil {
			continue
		}
		file := golden.Read(t, filepath.Join(dir, index[op].File))
		for _, name := range slices.Sorted(maps.Keys(index[op].Cases)) {
			t.Run(op+"/"+name, func(t *testing.T) {
				r := &goldenRun{t: t, b: b, m: &memory{dt: dt}, file: file, name: name, exact: 1e-9}
				if err := json.Unmarshal(index[op].Cases[name], &r.goldenCase); err != nil {
					t.Fatal(err)
				}
				test(r)
				r.m.intact(t, name)
			})
		}
	}
}

func (r *goldenRun) floats(tensor string) []float64 {
	r.t.Helper()
	return r.file.Float(r.name + "/" + tensor)
}

func (r *goldenRun) in(tensor string) kernels.Buffer {
	r.t.Helper()
	return r.m.in(tensor, r.floats(tensor))
}

func (r *goldenRun) ints(tensor string) []int32 {
	r.t.Helper()
	return r.file.Int32(r.name + "/" + tensor)
}

// zeros makes a gradient with the shape of a golden tensor.
func (r *goldenRun) zeros(tensor string) kernels.Buffer {
	r.t.Helper()
	return r.m.inout(tensor, make([]float64, len(r.floats(tensor))))
}

// want compares an output with a golden tensor; tolerance names its entry.
func (r *goldenRun) want(tensor, tolerance string, got kernels.Buffer) {
	r.t.Helper()
	tol, ok := r.Tolerance[tolerance]
	if !ok {
		r.t.Fatalf("index.json states no tolerance for %s", tolerance)
	}
	if r.Angles > 0 {
		tol = r.Angles // our angles are formed in float64
	}
	if r.m.dt == kernels.F64 {
		tol = r.exact
	}
	want := r.floats(tensor)
	if got.Len() != len(want) {
		r.t.Fatalf("%s: %d elements, want %d", tensor, got.Len(), len(want))
	}
	largest, worst, at := 0.0, 0.0, 0
	for i, w := range want {
		largest = max(largest, math.Abs(w))
		if d := math.Abs(got.At(i) - w); !(d <= worst) {
			worst, at = d, i
		}
	}
	if len(want) > 0 && !(worst <= tol*max(largest, math.SmallestNonzeroFloat64)) && worst != 0 {
		r.t.Errorf("%s[%d] = %v, want %v: off by %.3g of the largest value, %.3g allowed",
			tensor, at, got.At(at), want[at], worst/largest, tol)
	}
	if largest > 0 {
		r.t.Logf("%s: off by %.2g of the largest value, %.2g allowed", tensor, worst/largest, tol)
	}
}
