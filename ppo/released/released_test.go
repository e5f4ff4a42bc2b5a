package released_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
	"github.com/stepgrain/stepgrain/ppo/released"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Under the mask the released recursion is the estimator "zeroed".
func TestAdvantagesAreZeroed(t *testing.T) {
	rnd := rng.New(1, "released")
	for range 30 {
		var mask []bool
		var turn []int32
		for range 20 {
			on := rnd.IntN(2) == 0
			mask = append(mask, on)
			turn = append(turn, map[bool]int32{true: 0, false: -1}[on])
		}
		row := ppo.NewRow(turn)
		for p := range mask {
			row.Value[p], row.Task[p] = rnd.NormFloat64(), rnd.NormFloat64()
		}
		adv, ret := released.Advantages(mask, row.Value, row.Task, .99, .95)
		ppo.EveryToken{Factors: ppo.Factors{Gamma: .99, Lambda: .95}, Zero: true}.Estimate(row)
		for p, on := range mask {
			if on && (adv[p] != row.Advantage[p] || ret[p] != row.Return[p]) {
				t.Fatalf("position %d: %g and %g", p, adv[p], row.Advantage[p])
			}
		}
	}
}

func TestSteps(t *testing.T) {
	s, _, err := released.Configuration("qwen2")
	if err != nil {
		t.Fatal(err)
	}
	count := func(last bool) (n int) {
		for i := range s.Epochs * s.BatchSize / s.MiniBatchSize {
			if s.Steps(i, last) {
				n++
			}
		}
		return n
	}
	if count(false) != 4 || count(true) != 16 {
		t.Errorf("%d steps in a batch, %d in the last of a pass; want 4 and 16", count(false), count(true))
	}
	if _, _, err := released.Configuration("gpt2"); err == nil {
		t.Error("an unknown model type has a configuration")
	}
}

func TestReadRunRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":     "{",
		"nothing":     "{}",
		"early stop":  `{"ppo":{"batch_size":2,"mini_batch_size":1,"gradient_accumulation_steps":1,"ppo_epochs":1,"kl_penalty":"kl","early_stopping":true}}`,
		"no such row": `{"ppo":{"batch_size":1,"mini_batch_size":1,"gradient_accumulation_steps":1,"ppo_epochs":1,"kl_penalty":"kl"},"rows":[{"row":0,"query":[1],"response":[2],"mask_runs":[1,1]}],"batches":[{"rows":[7],"length":2,"permutations":[[0]]}]}`,
		"too long":    `{"ppo":{"batch_size":1,"mini_batch_size":1,"gradient_accumulation_steps":1,"ppo_epochs":1,"kl_penalty":"kl"},"rows":[{"row":0,"query":[1],"response":[2],"mask_runs":[1,1]}],"batches":[{"rows":[0],"length":1000000000000,"permutations":[[0]]}]}`,
		"bad mask":    `{"ppo":{"batch_size":1,"mini_batch_size":1,"gradient_accumulation_steps":1,"ppo_epochs":1,"kl_penalty":"kl"},"rows":[{"row":0,"query":[1],"response":[2],"mask_runs":[1,4]}],"batches":[{"rows":[0],"length":2,"permutations":[[0]]}]}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := released.ReadRun(dir); err == nil || !strings.Contains(err.Error(), "run.json") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A token that the model does not have is found before anything is computed.
func TestReplayRefusesForeignTokens(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "example")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := hf.Save(filepath.Join(root, "model"), toy.Model(toy.Renderer(), kernels.F32, 16, 1), ""); err != nil {
		t.Fatal(err)
	}
	text := `{"ppo":{"batch_size":1,"mini_batch_size":1,"gradient_accumulation_steps":1,"ppo_epochs":1,"kl_penalty":"kl"},"peft":{"r":2,"lora_alpha":4,"target_modules":["q_proj"]},
		"rows":[{"row":0,"query":[1],"response":[99999],"mask_runs":[1,1]}],"batches":[{"rows":[0],"length":2,"permutations":[[0]]}]}`
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := released.Replay(context.Background(), dir, filepath.Join(root, "out"), released.Options{Device: ref.New(), DType: kernels.F64})
	if err == nil || !strings.Contains(err.Error(), "row 0: token 99999 is outside the vocabulary of the model") {
		t.Errorf("got %v", err)
	}
}

func rows(n int) []released.Row {
	r := toy.Renderer()
	encode := func(text string) []int32 { return r.Encode(text, 0) }
	var out []released.Row
	for i := range n {
		demo := toy.Demo(i, false)
		row := steptool.Row{Prompts: []string{"User:\n" + demo.User + "\nAssistant:\n"}}
		for k, turn := range demo.Turns {
			row.Responses = append(row.Responses, turn.Action)
			row.Rewards = append(row.Rewards, float64(1+k)/3)
			if k > 0 {
				row.Prompts = append(row.Prompts, "Function:\n"+demo.Turns[k-1].Observation+"\nAssistant:\n")
			}
		}
		formatted, _ := released.Format(i, row, encode, 100, 20)
		out = append(out, formatted)
	}
	return out
}

// A plan drops what does not fill a batch, and training on it moves adapters
// and value head.
func TestTrainOnAPlan(t *testing.T) {
	s, p, err := released.Configuration("llama3-1")
	if err != nil {
		t.Fatal(err)
	}
	run, err := released.Plan(rows(10), s, p, 2, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Batches) != 2 || !run.Batches[0].LastOfLoader {
		t.Fatalf("%d batches, want one of 8 rows in each of 2 passes", len(run.Batches))
	}
	if _, err := released.Plan(rows(3), s, p, 1, 0, 1); err == nil {
		t.Error("three rows make a batch of eight")
	}
	m := toy.Model(toy.Renderer(), kernels.F64, 16, 1)
	if err := m.AddLoRA(p.R, p.Alpha, p.TargetModules, 1); err != nil {
		t.Fatal(err)
	}
	before := nn.List(m, true)[1].Data.Floats()
	seen := 0
	head, err := released.Train(context.Background(), m, run, 1, "", released.Options{Device: ref.New(), Progress: func(done, all int, b *released.Batch) {
		seen++
		if b.AdamSteps != 16 || math.IsNaN(b.Stats["objective/kl"].(float64)) {
			t.Errorf("batch %d of %d: %d steps, statistics %v", done, all, b.AdamSteps, b.Stats)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if seen != 2 || slices.Equal(before, nn.List(m, true)[1].Data.Floats()) || head.Bias.Data.Buf.At(0) == 0 {
		t.Error("nothing was learned")
	}
}

// The score of the last step is multiplied by zero: the reason not to train
// like this.
func ExampleAdvantages() {
	row := ppo.NewRow([]int32{-1, 0, 0, -1, 1})
	ppo.PlaceRuns(row, []float64{.8, 1}, ppo.Released)
	fmt.Println("released:", row.Task)
	row = ppo.NewRow([]int32{-1, 0, 0, -1, 1})
	if err := ppo.PlaceSteps(row, []float64{.8, 1}, ppo.Uniform); err != nil {
		fmt.Println(err)
	}
	fmt.Println("correct: ", row.Task)
	adv, _ := released.Advantages([]bool{false, true, true, false, true}, row.Value, row.Task, .99, .95)
	fmt.Printf("one observation token between: %.3f of the last reward reaches the step before\n", (adv[2] - .8))
	// Output:
	// released: [0 0 0.8 0 0]
	// correct:  [0 0 0.8 0 1]
	// one observation token between: 0.885 of the last reward reaches the step before
}
