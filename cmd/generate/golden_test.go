package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// Every golden checkpoint and adapter through the command: the scores of all
// prompts, and the greedy continuations.
func TestGoldenModels(t *testing.T) {
	root, seen := golden.Dir(t), 0
	for _, kind := range []string{"models", "lora"} {
		found, err := filepath.Glob(filepath.Join(root, kind, "*", "golden.json"))
		if err != nil {
			t.Fatal(err)
		}
		seen += len(found)
		for _, file := range found {
			dir := filepath.Dir(file)
			t.Run(filepath.Base(dir), func(t *testing.T) {
				var g goldenModel
				golden.JSON(t, file, &g)
				args := []string{"-model", dir}
				if kind == "lora" {
					args = []string{"-model", filepath.Join(root, "models", g.Base), "-adapter", dir}
				}
				g.check(t, golden.Read(t, filepath.Join(dir, "golden.safetensors")), args)
			})
		}
	}
	if seen == 0 {
		t.Skip("no models/*/golden.json and no lora/*/golden.json in the golden data")
	}
}

type goldenModel struct {
	Base     string    `json:"base_model"`
	InputIDs [][]int32 `json:"input_ids"`
	Greedy   []struct {
		Prompt []int32 `json:"prompt"`
		New    []int32 `json:"new"`
		Margin float64 `json:"smallest_margin"` // of the two largest logits
	} `json:"greedy"`
	Tolerance struct {
		LogProbs float64 `json:"logprobs_max_abs"`
		Logits   float64 `json:"logits_max_abs"` // adapters state no bound of their own for log-probabilities
	} `json:"tolerance"`
}

type answer struct {
	PromptLogProbs []float64 `json:"prompt_logprobs"`
	IDs            []int32   `json:"ids"`
}

func (g *goldenModel) check(t *testing.T, want *golden.Tensors, args []string) {
	tolerance := g.Tolerance.LogProbs
	if tolerance == 0 {
		tolerance = g.Tolerance.Logits
	}
	worst := 0.0
	for n, ids := range g.InputIDs {
		if len(ids) == 1 {
			continue
		}
		got := ask(t, append(args, "-ids", list(ids), "-score", "-max", "0"))
		logprobs := want.Float(fmt.Sprintf("logprobs.%d", n))
		if len(got.PromptLogProbs) != len(logprobs) {
			t.Fatalf("sequence %d: %d scores, want %d", n, len(got.PromptLogProbs), len(logprobs))
		}
		for i, w := range logprobs {
			worst = max(worst, math.Abs(got.PromptLogProbs[i]-w))
		}
	}
	if !(worst <= tolerance) {
		t.Errorf("scores differ by %.1e, more than %.0e", worst, tolerance)
	}
	for _, c := range g.Greedy {
		if c.Margin < 2*g.Tolerance.Logits {
			continue // another correct implementation may go another way
		}
		got := ask(t, append(args, "-ids", list(c.Prompt), "-greedy", "-max", fmt.Sprint(len(c.New))))
		// The golden goes on after a token that ends the text; the command does not.
		if n := len(got.IDs); n == 0 || n > len(c.New) || !slices.Equal(got.IDs, c.New[:n]) {
			t.Errorf("greedy %v, want %v", got.IDs, c.New)
		}
	}
}

func list(ids []int32) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(ids), " ", ","), "[]")
}

// ask runs the command and reads its one line of JSON.
func ask(t *testing.T, args []string) (a answer) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(append(args, "-json"), strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("%v: status %d: %s", args, status, &stderr)
	}
	if err := json.Unmarshal(stdout.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}
