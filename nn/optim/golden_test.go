package optim_test

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

// op reads the cases of one operation, for each precision.
func op[C any](t *testing.T, name string, f func(t *testing.T, c C, dev kernels.Backend, dt kernels.DType, get func(string) *tensor.Tensor)) {
	dir := golden.Kind(t, "ops")
	var index map[string]struct {
		File  string
		Cases map[string]json.RawMessage
	}
	golden.JSON(t, filepath.Join(dir, "index.json"), &index)
	file := golden.Read(t, filepath.Join(dir, index[name].File))
	fast, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer fast.Close()
	if len(index[name].Cases) == 0 {
		t.Fatalf("the index has no cases of %s", name)
	}
	for caseName, raw := range index[name].Cases {
		for dt, dev := range map[kernels.DType]kernels.Backend{kernels.F64: ref.New(), kernels.F32: fast} {
			t.Run(caseName+"/"+dt.String(), func(t *testing.T) {
				var c C
				if err := json.Unmarshal(raw, &c); err != nil {
					t.Fatal(err)
				}
				f(t, c, dev, dt, func(tensorName string) *tensor.Tensor {
					x := tensor.New(dt, file.Shape(caseName+"/"+tensorName)...)
					for i, v := range file.Float(caseName + "/" + tensorName) {
						x.Buf.Set(i, v)
					}
					return x
				})
			})
		}
	}
}

// agree compares with the golden values, relative to the largest of them.
func agree(t *testing.T, what string, got, want *tensor.Tensor, tolerance float64) {
	t.Helper()
	worst, largest := 0.0, 0.0
	for i := range want.Len() {
		worst = max(worst, math.Abs(got.Buf.At(i)-want.Buf.At(i)))
		largest = max(largest, math.Abs(want.Buf.At(i)))
	}
	if !(worst <= tolerance*largest) {
		t.Errorf("%s: off by %.3g of the largest value, at most %.3g is allowed", what, worst/largest, tolerance)
	}
	t.Logf("%s: off by %.2g of the largest value, at most %.2g is allowed", what, worst/largest, tolerance)
}

func TestAdamWAgreesWithPyTorch(t *testing.T) {
	type config struct {
		Betas       [2]float64
		Eps         float64
		WeightDecay float64 `json:"weight_decay"`
		LR          []float64
		Tensors     int
		Tolerance   map[string]float64 `json:"tolerance_rel_to_max"`
	}
	op(t, "adamw", func(t *testing.T, c config, dev kernels.Backend, dt kernels.DType, get func(string) *tensor.Tensor) {
		tolerance := func(kind string) float64 {
			if dt == kernels.F64 {
				return 1e-12
			}
			return c.Tolerance[kind]
		}
		var params []*autograd.Param
		for i := range c.Tensors {
			params = append(params, autograd.NewParam(fmt.Sprint(i), get(fmt.Sprintf("p.0.%d", i))))
		}
		opt := optim.NewAdamW(dev, params, c.Betas[0], c.Betas[1], c.Eps, c.WeightDecay)
		for s, lr := range c.LR {
			if s == 3 { // what a killed and resumed run does
				state := opt.State()
				opt = optim.NewAdamW(dev, params, c.Betas[0], c.Betas[1], c.Eps, c.WeightDecay)
				if err := opt.Restore(state); err != nil {
					t.Fatal(err)
				}
			}
			for i, p := range params {
				p.Grad = get(fmt.Sprintf("g.%d.%d", s+1, i))
			}
			opt.Step(lr, 1)
			moments := map[string]*tensor.Tensor{}
			for _, m := range opt.State().Tensors {
				moments[m.Name] = m.Data
			}
			for i, p := range params {
				at := fmt.Sprintf(".%d.%d", s+1, i)
				agree(t, "p"+at, p.Data, get("p"+at), tolerance("p"))
				agree(t, "m"+at, moments["m."+p.Name], get("m"+at), tolerance("m"))
				agree(t, "v"+at, moments["v."+p.Name], get("v"+at), tolerance("v"))
			}
		}
	})
}

func TestClippingAgreesWithPyTorch(t *testing.T) {
	type config struct {
		MaxNorm   float64 `json:"max_norm"`
		Tensors   int
		Tolerance map[string]float64 `json:"tolerance_rel_to_max"`
	}
	op(t, "clip_grad_norm", func(t *testing.T, c config, dev kernels.Backend, dt kernels.DType, get func(string) *tensor.Tensor) {
		tolerance := func(kind string) float64 {
			if dt == kernels.F64 {
				return 1e-12
			}
			return c.Tolerance[kind]
		}
		params := []*autograd.Param{autograd.NewParam("without a gradient", tensor.New(dt, 3))}
		for i := range c.Tensors {
			p := autograd.NewParam(fmt.Sprint(i), nil)
			p.Grad = get(fmt.Sprintf("g.%d", i))
			params = append(params, p)
		}
		norm, scale := optim.ClipGradNorm(dev, params, c.MaxNorm)
		agree(t, "norm", tensor.From([]float64{norm}, 1), get("norm"), tolerance("norm"))
		agree(t, "coefficient", tensor.From([]float64{scale}, 1), get("coefficient"), tolerance("coefficient"))
		for i, p := range params[1:] {
			clipped := tensor.New(kernels.F64, p.Grad.Shape...)
			for j := range clipped.Len() {
				clipped.Buf.Set(j, p.Grad.Buf.At(j)*scale)
			}
			agree(t, "clipped", clipped, get(fmt.Sprintf("clipped.%d", i)), tolerance("clipped"))
		}
		if n, s := optim.ClipGradNorm(dev, params, 0); n != norm || s != 1 {
			t.Errorf("without a maximum: norm %g, scale %g; want %g and 1", n, s, norm)
		}
	})
}
