package hf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

// tiny is a model of 2 layers for tests that need no particular one.
func tiny(t *testing.T, modelType string) *llama.Model {
	t.Helper()
	m, err := llama.New(llama.Config{ModelType: modelType, VocabSize: 11, HiddenSize: 8, IntermediateSize: 12, NumHiddenLayers: 2,
		NumAttentionHeads: 4, NumKeyValueHeads: 2, HeadDim: 2, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 32}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	return m
}

func parameters(m *llama.Model) []safetensors.Tensor {
	var ts []safetensors.Tensor
	for name, p := range nn.Params(m) {
		ts = append(ts, safetensors.Tensor{Name: name, Shape: p.Data.Shape, Data: p.Data.Buf})
	}
	return ts
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is wrong with a checkpoint is said in one line that names the file, the
// tensor and the key of config.json.
func TestLoadErrors(t *testing.T) {
	m := tiny(t, "llama")
	for _, c := range []struct {
		name  string
		spoil func(dir string)
		want  []string
	}{
		{"no folder", func(dir string) { os.RemoveAll(dir) }, []string{"config.json", "no such file"}},
		{"no weights", func(dir string) { os.Remove(filepath.Join(dir, weightsFile)) }, []string{weightsFile, indexFile}},
		{"PyTorch file", func(dir string) {
			os.Rename(filepath.Join(dir, weightsFile), filepath.Join(dir, "pytorch_model.bin"))
		}, []string{"pytorch_model.bin", "safe_serialization"}},
		{"broken config", func(dir string) { write(t, filepath.Join(dir, "config.json"), "{") }, []string{"config.json", "JSON"}},
		{"shape", func(dir string) { config(t, dir, "num_key_value_heads", 1) },
			[]string{weightsFile, `"model.layers.0.self_attn.k_proj.weight" is [4 8], config.json asks for [2 8] (num_key_value_heads 1, head_dim 2)`}},
		{"more layers", func(dir string) { config(t, dir, "num_hidden_layers", 1<<30) }, []string{`"model.layers.2.input_layernorm.weight" is missing`}},
		{"fewer layers", func(dir string) { config(t, dir, "num_hidden_layers", 1) }, []string{`"model.layers.1.`, "has no place"}},
		{"huge vocabulary", func(dir string) { config(t, dir, "vocab_size", 1<<30) }, []string{"model.embed_tokens.weight", "vocab_size 1073741824"}},
		{"impossible vocabulary", func(dir string) { config(t, dir, "vocab_size", 1<<60) }, []string{"config.json", "vocab_size (1152921504606846976) must be below 2³¹"}},
		{"another kind", func(dir string) { config(t, dir, "model_type", "qwen2") }, []string{`q_proj.bias" is missing`}},
		{"integers", func(dir string) {
			ts := parameters(m)
			ts[0].Data = make([]int64, 11*8)
			must(t, safetensors.Write(filepath.Join(dir, weightsFile), ts, nil))
		}, []string{"model.embed_tokens.weight", "I64"}},
		{"index is not JSON", func(dir string) { shard(t, dir, "{") }, []string{indexFile}},
		{"index is empty", func(dir string) { shard(t, dir, "{}") }, []string{indexFile, "no tensor"}},
		{"index points outside", func(dir string) { shard(t, dir, `{"weight_map":{"w":"../x.safetensors"}}`) }, []string{indexFile, `"../x.safetensors"`}},
		{"shard missing", func(dir string) { shard(t, dir, `{"weight_map":{"w":"x.safetensors"}}`) }, []string{"x.safetensors"}},
		{"tensor not in its shard", func(dir string) { shard(t, dir, `{"weight_map":{"w":"a.safetensors"}}`) }, []string{`"w" is not in a.safetensors`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, Save(dir, m, ""))
			c.spoil(dir)
			_, err := Load(dir, kernels.F32)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %q\nwant one line with %q", err, w)
				}
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// config changes one key of config.json.
func config(t *testing.T, dir, key string, value any) {
	t.Helper()
	path := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(path)
	must(t, err)
	var c map[string]any
	must(t, json.Unmarshal(text, &c))
	c[key] = value
	text, err = json.Marshal(c)
	must(t, err)
	write(t, path, string(text))
}

// shard turns the checkpoint into one with an index.
func shard(t *testing.T, dir, index string) {
	t.Helper()
	must(t, os.Rename(filepath.Join(dir, weightsFile), filepath.Join(dir, "a.safetensors")))
	write(t, filepath.Join(dir, indexFile), index)
}

// Tensors that change nothing may be there.
func TestLoadIgnores(t *testing.T) {
	dir := t.TempDir()
	m := tiny(t, "qwen3")
	must(t, Save(dir, m, safetensors.BF16))
	ts := append(parameters(m),
		safetensors.Tensor{Name: "model.layers.0.self_attn.rotary_emb.inv_freq", Shape: []int{1}, Data: []float32{1}},
		safetensors.Tensor{Name: "v_head.summary.weight", Shape: []int{1, 8}, Data: make([]float32, 8)})
	must(t, safetensors.Write(filepath.Join(dir, weightsFile), ts, nil))
	if _, err := Load(dir, kernels.F32); err != nil {
		t.Error(err)
	}
}

func TestValueHead(t *testing.T) {
	dir := t.TempDir()
	head := func(width int) *nn.Linear { return nn.NewLinear(kernels.F32, width, 1, true) }
	a := head(8)
	a.W.Data.Buf.Set(3, 1.25)
	a.Bias.Data.Buf.Set(0, -2)
	must(t, SaveValueHead(dir, a, map[string]string{"kind": "linear"}))
	b := head(8)
	must(t, LoadValueHead(dir, b))
	if b.W.Data.Buf.At(3) != 1.25 || b.Bias.Data.Buf.At(0) != -2 {
		t.Error("the value head changed on the way")
	}
	if m, err := ValueHeadMetadata(dir); err != nil || m["kind"] != "linear" {
		t.Errorf("metadata %v, %v", m, err)
	}
	if err := LoadValueHead(dir, head(9)); err == nil || !strings.Contains(err.Error(), `"weight" is [1 8], the value head asks for [1 9]`) {
		t.Errorf("error %v", err)
	}
	if err := LoadValueHead(dir, nn.NewLinear(kernels.F32, 8, 1, false)); err == nil {
		t.Error("a tensor too many: no error")
	}
	if err := LoadValueHead(t.TempDir(), b); err == nil {
		t.Error("no file: no error")
	}
}
