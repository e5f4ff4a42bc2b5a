package hf

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
)

// folders lists the cases of a kind of golden data.
func folders(t *testing.T, kind, file string) []string {
	found, err := filepath.Glob(filepath.Join(golden.Kind(t, kind), "*", file))
	if err != nil || len(found) == 0 {
		t.Fatalf("no %s/*/%s in the golden data", kind, file)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// Every checkpoint loads in both precisions with the numbers of its files, and
// saving it writes the very bytes that its author's library wrote where the
// type is the same.
func TestGoldenModels(t *testing.T) {
	for _, dir := range folders(t, "models", "config.json") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m, err := Load(dir, kernels.F64)
			if err != nil {
				t.Fatal(err)
			}
			single, err := Load(dir, kernels.F32)
			if err != nil {
				t.Fatal(err)
			}
			files, _ := filepath.Glob(filepath.Join(dir, "model*.safetensors"))
			values := map[string][]float64{}
			for _, f := range files {
				s, err := safetensors.Open(f)
				if err != nil {
					t.Fatal(err)
				}
				for _, ti := range s.Tensors() {
					if values[ti.Name], err = s.Float64(ti.Name); err != nil {
						t.Fatal(err)
					}
				}
				s.Close()
			}
			n, want := 0, nn.List(single, false)
			for name, p := range nn.Params(m) {
				for i, x := range values[name] {
					if got := p.Data.Buf.At(i); got != x || float64(float32(got)) != want[n].Data.Buf.At(i) {
						t.Fatalf("%s[%d] = %g, the file has %g", name, i, got, x)
					}
				}
				n++
			}
			if n != len(values) {
				t.Errorf("%d parameters, %d tensors in the files", n, len(values))
			}
			if len(files) == 1 {
				checkSameBytes(t, single, files[0])
			}
		})
	}
}

func checkSameBytes(t *testing.T, m *llama.Model, file string) {
	t.Helper()
	s, err := safetensors.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := t.TempDir()
	if err := Save(out, m, s.Tensors()[0].DType); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(filepath.Join(out, weightsFile))
	want, _ := os.ReadFile(file)
	if !bytes.Equal(got, want) {
		t.Errorf("saving what was loaded gives %d bytes that differ from the %d loaded", len(got), len(want))
	}
	c, err := LoadConfig(out)
	if err != nil {
		t.Fatal(err)
	}
	if c.Parameters() != m.Config.Parameters() || c.RopeTheta != m.Config.RopeTheta || c.DType == "" {
		t.Errorf("config.json changed: %+v, was %+v", c, m.Config)
	}
}

// The list that files are checked against is that of the model's structs.
func TestExpectedTensors(t *testing.T) {
	for _, dir := range folders(t, "models", "config.json") {
		c, err := LoadConfig(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, c.TieWordEmbeddings = range []bool{false, true} {
			for _, c.AttentionBias = range []bool{false, true} {
				c.MLPBias = c.ModelType == "llama" && c.AttentionBias
				m, err := llama.New(c, kernels.F32)
				if err != nil {
					t.Fatal(err)
				}
				byName := map[string][]int{}
				for e := range Tensors(c) {
					byName[e.Name] = e.Shape
				}
				n := 0
				for name, p := range nn.Params(m) {
					if !slices.Equal(byName[name], p.Data.Shape) {
						t.Errorf("%s: %s is %v, expected %v", filepath.Base(dir), name, p.Data.Shape, byName[name])
					}
					n++
				}
				if n != len(byName) {
					t.Errorf("%s: %d parameters, %d expected", filepath.Base(dir), n, len(byName))
				}
			}
		}
	}
}

// Adapters load onto their base, and come out as PEFT wrote them.
func TestGoldenAdapters(t *testing.T) {
	for _, dir := range folders(t, "lora", adapterConfigFile) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			var g struct {
				Base  string `json:"base_model"`
				Scale float64
			}
			golden.JSON(t, filepath.Join(dir, "golden.json"), &g)
			m, err := Load(filepath.Join(golden.Dir(t), "models", g.Base), kernels.F32)
			if err != nil {
				t.Fatal(err)
			}
			if err := LoadAdapter(m, dir); err != nil {
				t.Fatal(err)
			}
			n := 0
			for name, p := range nn.Params(m) {
				if lora := p.Name != name || p.Trainable; lora {
					n++
				}
			}
			s, err := safetensors.Open(filepath.Join(dir, adapterWeightsFile))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if n != len(s.Tensors()) {
				t.Errorf("%d trainable parameters, %d tensors in the adapter", n, len(s.Tensors()))
			}
			out := t.TempDir()
			if err := SaveAdapter(out, m, g.Base, ""); err != nil {
				t.Fatal(err)
			}
			got, _ := os.ReadFile(filepath.Join(out, adapterWeightsFile))
			want, _ := os.ReadFile(filepath.Join(dir, adapterWeightsFile))
			if !bytes.Equal(got, want) {
				t.Error("the saved adapter differs from the loaded one")
			}
			again, err := Load(filepath.Join(golden.Dir(t), "models", g.Base), kernels.F32)
			if err != nil {
				t.Fatal(err)
			}
			if err := LoadAdapter(again, out); err != nil {
				t.Fatal(err)
			}
			for name, l := range nn.Linears(again) {
				if l.LoRA != nil && math.Abs(l.LoRA.Scale-g.Scale) > 1e-12*g.Scale {
					t.Errorf("%s: scale %g, want %g", name, l.LoRA.Scale, g.Scale)
				}
			}
			if err := LoadAdapter(m, dir); err == nil {
				t.Error("a second adapter on top of the first: no error")
			}
			if err := Save(out, m, ""); err == nil {
				t.Error("saving a model with adapters as if it had none: no error")
			}
		})
	}
}
