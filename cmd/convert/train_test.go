package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/pipeline"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// The offline trainer takes the rows: raw outputs, annotated, become a CSV, a tiny
// model is trained on it, and its episodes become a CSV again.
func TestTrainTakesRows(t *testing.T) {
	if testing.Short() {
		t.Skip("two small runs")
	}
	dir := t.TempDir()
	var list []steptool.Annotation
	for _, id := range []string{"7", "8"} {
		raw := output(id, "s1")
		if err := raw.Write(filepath.Join(dir, id+"_CoT@1.json")); err != nil {
			t.Fatal(err)
		}
		c, err := answers.Convert(id, raw, answers.ConvertOptions{Method: "CoT@1"})
		if err != nil {
			t.Fatal(err)
		}
		steps, final, _ := c.Steps()
		list = append(list, steptool.Annotation{ID: id, Query: c.Query, Steps: steps[:1], FinalStep: final,
			Repeats: []steptool.Judgement{{Succeeded: []float64{1}, Contributions: []float64{4}, Status: steptool.Solved}}})
	}
	judged, rows := filepath.Join(dir, "judged.json"), filepath.Join(dir, "rows.csv")
	if err := steptool.SaveAnnotations(judged, list); err != nil {
		t.Fatal(err)
	}
	convert(t, "ppo", "-annotations", judged, "-template", "toolllama", "-method", "CoT@1", "-out", rows, dir)

	model, trained := filepath.Join(dir, "model"), filepath.Join(dir, "trained")
	train(t, model, `quick=true tokenizer.episodes=40 tokenizer.vocab=420 model.dim=32 model.layers=2 model.heads=2 model.kv_heads=1 model.mlp=32
		sft.tokens=3000 sft.batch=1000 sft.copy_steps=1 sft.copy_tokens=300 eval.tasks=1 ppo.iterations=1 ppo.tasks=2 ppo.samples=2 critic.hidden=8 env.action_tokens=24`)
	// The same trajectories with the prompts of inference.
	whole := filepath.Join(dir, "whole.csv")
	convert(t, "ppo", "-annotations", judged, "-template", "toolllama-react", "-out", whole, dir)
	train(t, filepath.Join(dir, "react"), "data.file="+whole+" model.template=toolllama-react model.path="+filepath.Join(model, "final")+" data.batch=2 data.epochs=1 data.action_tokens=100")
	train(t, trained, "data.file="+rows+" model.template=toolllama model.path="+filepath.Join(model, "final")+" data.batch=2 data.epochs=1 data.action_tokens=100")

	back := filepath.Join(dir, "back.csv")
	convert(t, "steptool", "-template", "toolllama", "-out", back, filepath.Join(trained, "trajectories.jsonl"))
	want, err := steptool.Load(rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := steptool.Load(back)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d rows of %d: %v", len(got), len(want), err)
	}
	for _, r := range got {
		if len(r.LogProbs) != 2 || len(r.LogProbs[0]) == 0 || r.Rewards[0] != .9 || r.Rewards[1] != 1 || !strings.HasSuffix(r.Responses[0], "Action Input: {\"q\": \"tea\"}\n") {
			t.Errorf("row %+v", r)
		}
	}
}

func convert(t *testing.T, args ...string) {
	t.Helper()
	var out, errors bytes.Buffer
	if status := run(args, &out, &errors); status != 0 {
		t.Fatalf("convert %v: exit status %d: %s", args, status, errors.String())
	}
}

func train(t *testing.T, dir, settings string) {
	t.Helper()
	var given []config.Assignment
	for _, s := range strings.Fields(settings) {
		key, value, _ := strings.Cut(s, "=")
		given = append(given, config.Assignment{Key: key, Value: value, From: "-set"})
	}
	c, err := config.Load("", given)
	if err == nil {
		err = pipeline.Start(context.Background(), c, dir, progress.Plain(io.Discard))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "final", "model.safetensors")); err != nil {
		t.Fatal(err)
	}
}
