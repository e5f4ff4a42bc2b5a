package hf

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
)

// Load reads the checkpoint directory dir: config.json, and the weights from
// model.safetensors or from the shards of model.safetensors.index.json. The
// weights are converted to dt. Everything is checked against config.json before
// memory is taken; errors name the file and the tensor.
func Load(dir string, dt kernels.DType) (*llama.Model, error) {
	c, err := LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	s, err := openShards(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.check(dir, c); err != nil {
		return nil, err
	}
	m, err := llama.New(c, dt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	for name, p := range nn.Params(m) {
		if err := s.where[name].ReadInto(name, p.Data.Buf); err != nil {
			return nil, err
		}
		p.Changed()
	}
	return m, nil
}

// LoadConfig reads config.json of the checkpoint directory dir.
func LoadConfig(dir string) (llama.Config, error) {
	path := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return llama.Config{}, fmt.Errorf("hf: %w", err)
	}
	c, err := llama.ParseConfig(text)
	if err != nil {
		return llama.Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
