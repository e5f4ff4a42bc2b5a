package hf

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

const valueHeadFile = "value_head.safetensors"

// SaveValueHead writes the parameters of head, any module with `hf` tags, to
// value_head.safetensors in dir. The metadata says what kind of head it is; its
// keys and values are the caller's.
func SaveValueHead(dir string, head any, metadata map[string]string) error {
	return writeModule(filepath.Join(dir, valueHeadFile), head, "", metadata)
}

// LoadValueHead fills head, a module of the right shape, from
// value_head.safetensors in dir. The names and shapes in the file must be
// exactly those of the module.
func LoadValueHead(dir string, head any) error {
	f, err := safetensors.Open(filepath.Join(dir, valueHeadFile))
	if err != nil {
		return fmt.Errorf("hf: value head: %w", err)
	}
	defer f.Close()
	n := 0
	for name, p := range nn.Params(head) {
		t := f.Lookup(name)
		if t == nil {
			return fmt.Errorf("hf: %s: tensor %q is missing", f.Path, name)
		}
		if !slices.Equal(t.Shape, p.Data.Shape) {
			return fmt.Errorf("hf: %s: tensor %q is %v, the value head asks for %v", f.Path, name, t.Shape, p.Data.Shape)
		}
		if err := f.ReadInto(name, p.Data.Buf); err != nil {
			return err
		}
		p.Changed()
		n++
	}
	if n != len(f.Tensors()) {
		return fmt.Errorf("hf: %s: %d tensors, the value head has %d", f.Path, len(f.Tensors()), n)
	}
	return nil
}

// ValueHeadMetadata returns what [SaveValueHead] was given as metadata.
func ValueHeadMetadata(dir string) (map[string]string, error) {
	f, err := safetensors.Open(filepath.Join(dir, valueHeadFile))
	if err != nil {
		return nil, fmt.Errorf("hf: value head: %w", err)
	}
	defer f.Close()
	return f.Metadata, nil
}
