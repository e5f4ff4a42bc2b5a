package gguf

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

// The weights of a real model, against sums made by independent software from
// the same file. The file is too large for the repository: the environment
// variable STEPGRAIN_SMOLLM2 says where it lies.
func TestSmolLM2Weights(t *testing.T) {
	path := golden.SmolLM2(t)
	var g struct {
		Parameters int                   `json:"parameters"`
		Sums       map[string][2]float64 `json:"tensor_sums"`
	}
	golden.JSON(t, filepath.Join(golden.Dir(t), "smollm2", "golden.json"), &g)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := f.Model(kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	n, worst := 0, 0.0
	for name, p := range nn.Params(m) {
		want, ok := g.Sums[name]
		if !ok {
			t.Errorf("%s is not in the golden", name)
			continue
		}
		sum, abs := 0.0, 0.0
		for _, x := range p.Data.Buf.F32() {
			sum += float64(x)
			abs += math.Abs(float64(x))
		}
		worst = max(worst, math.Abs(sum-want[0])/want[1], math.Abs(abs-want[1])/want[1])
		delete(g.Sums, name)
		n += p.Data.Len()
	}
	if n != g.Parameters || len(g.Sums) != 0 {
		t.Errorf("%d parameters, want %d; %d tensors of the golden not seen", n, g.Parameters, len(g.Sums))
	}
	t.Logf("largest difference of a sum, relative to the sum of absolute values: %.1e", worst)
	if !(worst <= 1e-9) {
		t.Errorf("sums differ by %.1e", worst)
	}
}
