package hf

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
)

// shards are the open weight files of a checkpoint and where each tensor is.
type shards struct {
	files []*safetensors.File
	where map[string]*safetensors.File
}

const (
	weightsFile = "model.safetensors"
	indexFile   = "model.safetensors.index.json"
)

// openShards opens model.safetensors, or the files that
// model.safetensors.index.json lists.
func openShards(dir string) (*shards, error) {
	s := &shards{where: map[string]*safetensors.File{}}
	single := filepath.Join(dir, weightsFile)
	if _, err := os.Stat(single); err == nil {
		f, err := safetensors.Open(single)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, f)
		for _, t := range f.Tensors() {
			s.where[t.Name] = f
		}
		return s, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, indexFile))
	if errors.Is(err, fs.ErrNotExist) {
		hint := ""
		if other, _ := filepath.Glob(filepath.Join(dir, "*.bin")); len(other) > 0 {
			hint = "; " + filepath.Base(other[0]) + " is in PyTorch's own format: save the model again with safe_serialization=True"
		}
		return nil, fmt.Errorf("hf: %s: neither %s nor %s is there%s", dir, weightsFile, indexFile, hint)
	}
	if err != nil {
		return nil, err
	}
	if err := s.openIndex(dir, text); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *shards) openIndex(dir string, text []byte) error {
	index := filepath.Join(dir, indexFile)
	var parsed struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		return fmt.Errorf("hf: %s: %w", index, jsonerr.Explain(err))
	}
	if len(parsed.WeightMap) == 0 {
		return fmt.Errorf("hf: %s: weight_map names no tensor", index)
	}
	open := map[string]*safetensors.File{}
	for _, name := range slices.Sorted(maps.Keys(parsed.WeightMap)) {
		file := parsed.WeightMap[name]
		if file != filepath.Base(file) || strings.ContainsAny(file, `/\`) || !strings.HasSuffix(file, ".safetensors") {
			return fmt.Errorf("hf: %s: tensor %q is said to be in %q; want the name of a .safetensors file in the same folder", index, name, file)
		}
		f := open[file]
		if f == nil {
			var err error
			if f, err = safetensors.Open(filepath.Join(dir, file)); err != nil {
				return err
			}
			open[file] = f
			s.files = append(s.files, f)
		}
		if f.Lookup(name) == nil {
			return fmt.Errorf("hf: %s: tensor %q is not in %s, where %s looks for it", dir, name, file, indexFile)
		}
		s.where[name] = f
	}
	return nil
}

func (s *shards) close() {
	for _, f := range s.files {
		f.Close()
	}
}

// check compares the files with what a model of the configuration needs,
// before memory is taken for it.
func (s *shards) check(dir string, c llama.Config) error {
	known := map[string]bool{}
	for want := range Tensors(c) {
		known[want.Name] = true
		f := s.where[want.Name]
		if f == nil {
			return fmt.Errorf("hf: %s: tensor %q is missing; config.json asks for it, with shape %v (%s)", dir, want.Name, want.Shape, want.Why)
		}
		t := f.Lookup(want.Name)
		if !slices.Equal(t.Shape, want.Shape) {
			return fmt.Errorf("hf: %s: tensor %q is %v, config.json asks for %v (%s)", f.Path, want.Name, t.Shape, want.Shape, want.Why)
		}
		switch t.DType {
		case safetensors.F64, safetensors.F32, safetensors.F16, safetensors.BF16:
		default:
			return fmt.Errorf("hf: %s: tensor %q is %s; weights are read as F64, F32, F16 or BF16", f.Path, want.Name, t.DType)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.where)) {
		if !known[name] && !ignored(name, c) {
			return fmt.Errorf("hf: %s: tensor %q has no place in the %s model of config.json, which would compute without it: is config.json that of these weights?", s.where[name].Path, name, c.ModelType)
		}
	}
	return nil
}

// ignored names tensors that older checkpoints carry and that change nothing.
func ignored(name string, c llama.Config) bool {
	return strings.HasSuffix(name, ".rotary_emb.inv_freq") || // recomputed from config.json
		name == "lm_head.weight" && c.TieWordEmbeddings || // a copy of the embedding
		strings.HasPrefix(name, "v_head.") // a value head, as TRL saves it
}
