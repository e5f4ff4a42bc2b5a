package main

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
)

// The command on a real model, from the text of the prompt to the text of the
// answer, against independent software.
func TestSmolLM2(t *testing.T) {
	path := golden.SmolLM2(t)
	var g struct {
		Cases []struct {
			Text       string    `json:"text"`
			IDs        []int32   `json:"ids"`
			LogProbs   []float64 `json:"next_logprobs"`
			Greedy     []int32   `json:"greedy_ids"`
			GreedyText string    `json:"greedy_text"`
			Margins    []float64 `json:"greedy_margins"`
		} `json:"cases"`
	}
	golden.JSON(t, filepath.Join(golden.Dir(t), "smollm2", "golden.json"), &g)
	for _, c := range g.Cases {
		var stdout, stderr bytes.Buffer
		args := []string{"-model", path, "-prompt", c.Text, "-greedy", "-score", "-json", "-max", "48"}
		if status := run(args, strings.NewReader(""), &stdout, &stderr); status != 0 {
			t.Fatalf("status %d: %s", status, &stderr)
		}
		var got struct {
			PromptIDs      []int32   `json:"prompt_ids"`
			PromptLogProbs []float64 `json:"prompt_logprobs"`
			IDs            []int32   `json:"ids"`
			Text           string    `json:"text"`
		}
		if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.PromptIDs, c.IDs) || len(got.PromptLogProbs) != len(c.LogProbs) {
			t.Fatalf("%q: prompt ids %v, want %v; %d scores", c.Text, got.PromptIDs, c.IDs, len(got.PromptLogProbs))
		}
		for i, want := range c.LogProbs {
			if math.Abs(got.PromptLogProbs[i]-want) > 2e-3 {
				t.Errorf("%q: score %d is %g, want %g", c.Text, i, got.PromptLogProbs[i], want)
			}
		}
		sure := len(c.Greedy) // up to here no implementation may differ
		if i := slices.IndexFunc(c.Margins, func(m float64) bool { return m < 0.02 }); i >= 0 {
			sure = i
		}
		if len(got.IDs) < sure || !slices.Equal(got.IDs[:sure], c.Greedy[:sure]) {
			t.Errorf("%q: greedy %v, want %v", c.Text, got.IDs, c.Greedy[:sure])
		}
		if slices.Equal(got.IDs, c.Greedy) && got.Text != c.GreedyText {
			t.Errorf("%q: text %q, want %q", c.Text, got.Text, c.GreedyText)
		}
	}
}

// Conversations become the tokens that transformers makes of them, with the
// template and the tokenizer that the GGUF file carries.
func TestSmolLM2Chat(t *testing.T) {
	path := golden.SmolLM2(t)
	var g struct {
		Cases []struct {
			Name     string          `json:"name"`
			Add      bool            `json:"add_generation_prompt"`
			Messages json.RawMessage `json:"messages"`
			Text     *string         `json:"text"`
			IDs      []int32         `json:"ids"`
		} `json:"cases"`
	}
	golden.JSON(t, filepath.Join(golden.Dir(t), "chat", "smollm2.json"), &g)
	c, err := checkpoint.Open(path, checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, k := range g.Cases {
		if k.Text == nil || !k.Add {
			continue
		}
		n++
		file := filepath.Join(t.TempDir(), "chat.json")
		write(t, file, string(k.Messages))
		ids, err := promptIDs(&options{given: "chat", chat: file}, c, nil)
		if err != nil || !slices.Equal(ids, k.IDs) {
			t.Errorf("%s: %v, %v; want %v", k.Name, ids, err, k.IDs)
		}
	}
	if n == 0 {
		t.Error("no cases")
	}
}
