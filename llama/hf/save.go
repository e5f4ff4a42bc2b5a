package hf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

// Save writes config.json and model.safetensors into dir, which it makes if it
// is not there. dt is the type of the stored weights: safetensors.F32 ("" means
// that), BF16, F16 or F64. Each file is put in place atomically; equal models
// give equal bytes. A model with adapters is refused: merge them first
// ([llama.Model.Merge]) or store them apart ([SaveAdapter]).
func Save(dir string, m *llama.Model, dt safetensors.DType) error {
	if dt == "" {
		dt = safetensors.F32
	}
	c := m.Config
	c.DType = map[safetensors.DType]string{safetensors.F64: "float64", safetensors.F32: "float32", safetensors.F16: "float16", safetensors.BF16: "bfloat16"}[dt]
	if c.DType == "" {
		return fmt.Errorf("hf: weights cannot be saved as %q (F32, BF16, F16, F64)", dt)
	}
	c.Compute = ""
	if m.HeadParam().Compute == kernels.BF16 {
		c.Compute = "bf16"
	}
	if m.HasAdapters() {
		return errors.New("hf: the model has adapters: merge them before saving, or save them with SaveAdapter")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("hf: %w", err)
	}
	if err := writeModule(filepath.Join(dir, weightsFile), m, dt, map[string]string{"format": "pt"}); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "config.json"), c.JSON())
}

// writeModule stores the parameters of a module under their names.
func writeModule(path string, module any, dt safetensors.DType, metadata map[string]string) error {
	var ts []safetensors.Tensor
	for name, p := range nn.Params(module) {
		if p.InBlocks() {
			return fmt.Errorf("hf: %s is kept in the blocks of a GGUF file: load the model in f32 to save it", name)
		}
		ts = append(ts, safetensors.Tensor{Name: name, DType: dt, Shape: p.Data.Shape, Data: p.Data.Buf})
	}
	return safetensors.Write(path, ts, metadata)
}

func writeFile(path string, text []byte) error {
	if err := renameio.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("hf: writing %s: %w", path, err)
	}
	return nil
}
