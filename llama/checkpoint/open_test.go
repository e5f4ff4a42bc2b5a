package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

// save writes a small checkpoint with everything that Open brings together.
func save(t testing.TB, dir string) {
	t.Helper()
	m, err := llama.New(llama.Config{ModelType: "qwen2", VocabSize: 300, HiddenSize: 8, IntermediateSize: 8, NumHiddenLayers: 1, NumAttentionHeads: 2,
		NumKeyValueHeads: 1, HeadDim: 4, RMSNormEps: 1e-6, RopeTheta: 1e4, MaxPositionEmbeddings: 32, EOSTokenIDs: []int32{7}}, kernels.F32)
	must(t, err)
	m.Init(1)
	must(t, hf.Save(dir, m, ""))
	tok := tokenizer.Train(slices.Values([]string{"a text"}), 260, []string{"<|end|>", "<|turn|>"}, tokenizer.WithEOS("<|end|>"))
	must(t, tok.Save(filepath.Join(dir, "tokenizer.json")))
	must(t, hf.SaveTokenizerConfig(dir, hf.TokenizerConfig{EOSToken: "<|turn|>", ChatTemplate: "T"}))
	must(t, m.AddLoRA(2, 4, []string{"v_proj"}, 1))
	must(t, hf.SaveAdapter(filepath.Join(dir, "adapter"), m, dir, ""))
}

func TestOpenDirectory(t *testing.T) {
	dir := t.TempDir()
	save(t, dir)
	write(t, filepath.Join(dir, "generation_config.json"), `{"eos_token_id":[9,7,100000]}`)
	c, err := Open(dir, Options{DType: kernels.F64, Adapter: filepath.Join(dir, "adapter")})
	must(t, err)
	if c.Model.DType() != kernels.F64 || !c.Model.HasAdapters() || c.ChatTemplate != "T" || c.EOSToken != "<|turn|>" || c.NoTokenizer != nil {
		t.Errorf("opened %+v", c)
	}
	// config.json, generation_config.json within the vocabulary, tokenizer_config.json.
	if !slices.Equal(c.StopIDs, []int32{1, 7, 9}) {
		t.Errorf("stop ids %v", c.StopIDs)
	}
	tok, err := OpenTokenizer(dir)
	must(t, err)
	if !slices.Equal(tok.Encode("a text", tokenizer.Plain), c.Tokenizer.Encode("a text", tokenizer.Plain)) {
		t.Error("two tokenizers of one directory differ")
	}

	write(t, filepath.Join(dir, "generation_config.json"), `{"eos_token_id":"x"}`)
	fails(t, dir, Options{}, "generation_config.json")
	write(t, filepath.Join(dir, "generation_config.json"), `{"eos_token_id":3}`)
	must(t, os.Remove(filepath.Join(dir, "tokenizer.json")))
	c, err = Open(dir, Options{})
	must(t, err)
	if c.Tokenizer != nil || c.NoTokenizer == nil || !strings.Contains(c.NoTokenizer.Error(), "no tokenizer.json") || !slices.Equal(c.StopIDs, []int32{3, 7}) {
		t.Errorf("without a tokenizer: %v, stop ids %v", c.NoTokenizer, c.StopIDs)
	}
	write(t, filepath.Join(dir, "tokenizer.model"), "")
	if _, err := OpenTokenizer(dir); err == nil || !strings.Contains(err.Error(), "tokenizer.model") {
		t.Errorf("error %v", err)
	}
}

// Paths that look like a model and are none say what to give instead.
func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	save(t, dir)
	run := t.TempDir()
	must(t, os.Mkdir(filepath.Join(run, "final"), 0o755))
	write(t, filepath.Join(run, "final", "config.json"), "{}")
	text := filepath.Join(dir, "notes.txt")
	write(t, text, "notes")
	empty := filepath.Join(dir, "empty")
	write(t, empty, "")

	fails(t, filepath.Join(dir, "nowhere"), Options{}, "nowhere")
	fails(t, run, Options{}, "give "+filepath.Join(run, "final"))
	fails(t, filepath.Join(dir, "model.safetensors"), Options{}, "give the directory")
	fails(t, filepath.Join(dir, "config.json"), Options{}, "give the directory")
	fails(t, text, Options{}, "neither a directory nor a GGUF file")
	fails(t, empty, Options{}, "neither a directory nor a GGUF file")
	fails(t, dir, Options{Adapter: dir}, "adapter_config.json")
	fails(t, dir, Options{Native: true}, "only a GGUF file has blocks")
}

func fails(t *testing.T, path string, o Options, want string) {
	t.Helper()
	if _, err := Open(path, o); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Open(%s): error %v, want %q", path, err, want)
	}
}

// A GGUF file is known by its first bytes, whatever its name.
func TestOpenGGUF(t *testing.T) {
	for _, name := range []string{"m.gguf", "blob"} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, "GGUF\x03\x00\x00\x00")
		fails(t, path, Options{}, "gguf: "+path)
		if _, err := OpenTokenizer(path); err == nil || !strings.Contains(err.Error(), "gguf: "+path) {
			t.Errorf("OpenTokenizer: %v", err)
		}
	}
}

// Every checkpoint of the golden data opens, those of the trainer with their
// tokenizer unless it is of a kind that is not read.
func TestOpenGoldens(t *testing.T) {
	root, seen := golden.Dir(t), 0
	for _, pattern := range []string{"models/*/config.json", "trainer/*/model/config.json"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		seen += len(found)
		for _, f := range found {
			c, err := Open(filepath.Dir(f), Options{})
			if err != nil {
				t.Error(err)
				continue
			}
			has := exists(filepath.Join(filepath.Dir(f), "tokenizer.json")) && !errors.Is(c.NoTokenizer, tokenizer.ErrKind)
			if has != (c.Tokenizer != nil) {
				t.Errorf("%s: a tokenizer.json that can be read is there: %t; %v", c.Path, has, c.NoTokenizer)
			}
		}
	}
	if seen == 0 {
		t.Skip("no checkpoints in the golden data")
	}
}
