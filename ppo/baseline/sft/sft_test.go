package sft_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/baseline/sft"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
	"github.com/stepgrain/stepgrain/tensor"
)

var (
	renderer = toy.Renderer()
	limits   = chat.Limits{Tokens: 160}
)

func demo(i int) (*sft.Example, error) {
	return sft.FromTrajectory(renderer, toy.Demo(i, i%3 == 0), limits)
}

func trainer(t testing.TB, workers int, change func(*sft.Config)) *sft.Trainer {
	t.Helper()
	dev, err := cpu.New(cpu.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Close)
	cfg := sft.DefaultConfig()
	cfg.Tokens, cfg.Batch, cfg.LR, cfg.CopySteps, cfg.CopyTokens, cfg.CopyEvery = 12000, 500, 5e-3, 4, 300, 5
	if change != nil {
		change(&cfg)
	}
	tr, err := sft.New(toy.Model(renderer, kernels.F32, 32, 1), dev, cfg, 1, 7)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func run(t testing.TB, tr *sft.Trainer, steps int) (last *sft.Report) {
	t.Helper()
	for n := 0; n < steps && !tr.Done(); n++ {
		r, err := tr.Step(demo)
		if err != nil {
			t.Fatal(err)
		}
		last = r
	}
	return last
}

func weights(m *llama.Model) []float64 {
	var out []float64
	for _, p := range nn.Params(m) {
		out = append(out, p.Data.Floats()...)
	}
	return out
}

func TestMaskedTurnsAreNotImitated(t *testing.T) {
	e, err := sft.FromTrajectory(renderer, toy.Demo(0, true), limits)
	if err != nil {
		t.Fatal(err)
	}
	var imitated []int32
	roles := map[ppo.Role]string{}
	for k, on := range e.Loss {
		if on {
			imitated = append(imitated, e.IDs[k])
			roles[e.Role[k]] += string(renderer.AppendBytes(nil, e.IDs[k]))
		}
	}
	want := toy.Call("red") + "</s>" + toy.Answer("sun") + "</s>"
	if got := renderer.Decode(imitated); got != want {
		t.Errorf("imitated %q, want %q", got, want)
	}
	if roles[ppo.ToolName] != " red Finish" || roles[ppo.Answer] != " sun</s>" && roles[ppo.Answer] != " sun" {
		t.Errorf("roles %q", roles)
	}
}

func TestLearnsToImitate(t *testing.T) {
	tr := trainer(t, 2, func(c *sft.Config) { c.Tokens = 120000; c.AccuracyEvery = 1 })
	first := run(t, tr, 6) // past the copy warm-up
	var last *sft.Report
	for !tr.Done() {
		if r := run(t, tr, 1); !r.Copying {
			last = r
		}
	}
	t.Logf("loss %.3f, then %.3f; accuracy %.2f, tool names %.2f, arguments %.2f", first.Loss, last.Loss, last.Accuracy, last.Names, last.Arguments)
	if !(last.Loss < .1) || last.Names < .9 || last.Arguments < .9 || !last.Measured {
		t.Errorf("after %d tokens: %+v", tr.Progress.Tokens, *last)
	}
}

func TestCopyStepsAreInterleaved(t *testing.T) {
	tr := trainer(t, 2, func(c *sft.Config) { c.Tokens = 6000 })
	var kinds []bool
	for !tr.Done() {
		kinds = append(kinds, run(t, tr, 1).Copying)
	}
	if !slices.Equal(kinds[:10], []bool{true, true, true, true, false, false, false, false, true, false}) {
		t.Errorf("copy steps %v", kinds)
	}
	b := tr.Copy.Batch(rng.New(1, "test"), 300)
	if a := tr.CopyAccuracy(b); a < 0 || a > .9 {
		t.Errorf("accuracy %g of a model that hardly saw the task", a)
	}
}

// A run that is interrupted and restored, with another number of workers, goes
// on with the same bits.
func TestRestore(t *testing.T) {
	whole := trainer(t, 2, nil)
	run(t, whole, 1<<20)

	part := trainer(t, 1, nil)
	run(t, part, 9)
	s, err := part.State()
	if err != nil {
		t.Fatal(err)
	}
	tensors := map[string]*tensor.Tensor{}
	for _, x := range s.Tensors {
		tensors[x.Name] = x.Data
	}
	resumed := trainer(t, 3, nil)
	if err := resumed.Restore(s.JSON, func(name string) *tensor.Tensor { return tensors[name] }); err != nil {
		t.Fatal(err)
	}
	run(t, resumed, 1<<20)
	if !slices.Equal(weights(whole.Model), weights(resumed.Model)) || whole.Progress != resumed.Progress {
		t.Errorf("the resumed run differs: %+v and %+v", whole.Progress, resumed.Progress)
	}
	if err := resumed.Restore(s.JSON, func(string) *tensor.Tensor { return nil }); err == nil {
		t.Error("a state without tensors is accepted")
	}
}

// How a batch is cut into pieces bounds memory and nothing else, up to rounding.
func TestPieces(t *testing.T) {
	a, b := trainer(t, 2, nil), trainer(t, 2, func(c *sft.Config) { c.MicroTokens = 1 })
	x, y := run(t, a, 6), run(t, b, 6)
	if d := x.Loss - y.Loss; d > 1e-5 || d < -1e-5 || x.Tokens != y.Tokens {
		t.Errorf("loss %g in one piece, %g in many", x.Loss, y.Loss)
	}
}

// A gradient whose norm is no number stops the run before its step.
func TestNoStepWithoutAFiniteNorm(t *testing.T) {
	tr := trainer(t, 2, nil)
	run(t, tr, 2)
	p := tr.Model.Norm.W
	p.Data.Buf.Set(0, math.NaN())
	p.Changed()
	before := weights(tr.Model)[:100]
	if _, err := tr.Step(demo); err == nil || !strings.Contains(err.Error(), "step 3: the norm of the gradient is NaN") {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(before, weights(tr.Model)[:100]) {
		t.Error("weights changed")
	}
}

func TestValidate(t *testing.T) {
	for _, change := range []func(*sft.Config){
		func(c *sft.Config) { c.Tokens = 0 }, func(c *sft.Config) { c.LR = 2 }, func(c *sft.Config) { c.Warmup = -1 }, func(c *sft.Config) { c.CopyTokens = 0 },
	} {
		c := sft.DefaultConfig()
		change(&c)
		if c.Validate() == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

// A demonstration as the trainer sees it: what is imitated stands in brackets.
func ExampleFromTrajectory() {
	e, err := sft.FromTrajectory(renderer, toy.Demo(1, false), limits)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, on := "", false
	for k, id := range e.IDs {
		if e.Loss[k] != on {
			on = !on
			text += map[bool]string{true: "[", false: "]"}[on]
		}
		text += string(renderer.AppendBytes(nil, id))
	}
	fmt.Println(text + "]")
	// Output:
	// System:
	// tools
	// User:
	// blue
	// Begin!
	//
	// Assistant:
	// [Action: blue
	// Action Input: {}</s>]
	// Function:
	// word sea
	// Assistant:
	// [Action: Finish
	// Action Input: sea</s>]
}
