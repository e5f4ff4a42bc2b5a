package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv/batch"
)

// saveModel writes a small checkpoint that has learned nothing.
func saveModel(t *testing.T, dir string) {
	t.Helper()
	texts := []string{"You have access to the following APIs:", "Action: forecast_for_weather\nAction Input: {\"city\": \"Oslo\"}\n", "Observation"}
	tok := tokenizer.Train(slices.Values(texts), 320, []string{"<|im_start|>", "<|im_end|>", "<|endoftext|>"}, tokenizer.WithEOS("<|im_end|>"))
	m, err := llama.New(llama.Config{
		ModelType: "llama", VocabSize: tok.Len(), HiddenSize: 16, IntermediateSize: 16, NumHiddenLayers: 2, NumAttentionHeads: 2, NumKeyValueHeads: 1,
		HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 4096, TieWordEmbeddings: true, EOSTokenIDs: []int32{tok.EOS()},
	}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(3)
	if err := hf.Save(dir, m, ""); err != nil {
		t.Fatal(err)
	}
	if err := tok.Save(filepath.Join(dir, "tokenizer.json")); err != nil {
		t.Fatal(err)
	}
}

// A local model samples the same whatever runs beside it, and each sample for itself.
func TestLocal(t *testing.T) {
	dir := t.TempDir()
	saveModel(t, filepath.Join(dir, "model"))
	write(t, filepath.Join(dir, "q.json"), tasks(4))
	if err := os.Mkdir(filepath.Join(dir, "cache"), 0o755); err != nil {
		t.Fatal(err)
	}
	var outputs [2]string
	for i, threads := range []string{"1", "8"} {
		out := filepath.Join(dir, "out"+threads)
		var stdout, stderr bytes.Buffer
		status := run([]string{"-queries", filepath.Join(dir, "q.json"), "-policy", "local:" + filepath.Join(dir, "model"), "-layout", "qwen2", "-max-tokens", "8",
			"-temperature", "1", "-samples", "2", "-tools", filepath.Join(dir, "cache"), "-method", "DFS_woFilter_w2", "-max-step", "6", "-threads", threads, "-out", out, "-json"}, &stdout, &stderr)
		var s batch.Summary
		if err := json.Unmarshal(stdout.Bytes(), &s); err != nil || status != 0 {
			t.Fatalf("status %d, %v, %s", status, err, stderr.String())
		}
		if s.Finished != 8 || s.Used.Queries != 8*6 || s.Used.Tokens == 0 || len(s.Faults) > 0 {
			t.Errorf("%+v", s)
		}
		var all []string
		for sample := range 2 {
			for task := range 4 {
				b, err := os.ReadFile(filepath.Join(out, fmt.Sprintf("sample-%d", sample), fmt.Sprintf("%d_DFS_woFilter_w2.json", task)))
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, string(b))
			}
		}
		if all[0] == all[4] {
			t.Error("two samples are equal")
		}
		outputs[i] = strings.Join(all, "\n")
	}
	if outputs[0] != outputs[1] {
		t.Error("the outputs depend on the number of threads")
	}
}
