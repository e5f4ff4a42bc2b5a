package hf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

const (
	adapterConfigFile  = "adapter_config.json"
	adapterWeightsFile = "adapter_model.safetensors"
	peftPrefix         = "base_model.model."
)

// LoadAdapter puts the PEFT LoRA adapter in dir on top of m: the base model is
// frozen, the adapter's A and B are trainable and switched on. The tensors in
// the file must be those that target_modules asks for.
func LoadAdapter(m *llama.Model, dir string) error {
	path := filepath.Join(dir, adapterConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("hf: adapter: %w", err)
	}
	c, err := parseAdapterConfig(text)
	if err != nil {
		return fmt.Errorf("hf: %s: %w", path, err)
	}
	if m.HasAdapters() {
		return fmt.Errorf("hf: %s: the model has an adapter already: merge it first", dir)
	}
	f, err := safetensors.Open(filepath.Join(dir, adapterWeightsFile))
	if err != nil {
		return fmt.Errorf("hf: adapter: %w", err)
	}
	defer f.Close()
	fresh, err := readAdapter(f, m, c)
	if err != nil {
		return err
	}
	nn.SetTrainable(m, false)
	for module, l := range nn.Linears(m) {
		if a := fresh[module]; a != nil {
			l.LoRA = a
		}
	}
	nn.Name(m, "")
	return nil
}

// readAdapter makes an adapter for every map that the configuration targets.
func readAdapter(f *safetensors.File, m *llama.Model, c *adapterConfig) (map[string]*nn.LoRA, error) {
	targeted, err := c.targets()
	if err != nil {
		return nil, fmt.Errorf("hf: %s: %w", f.Path, err)
	}
	stored := map[string]string{} // our name → the name in the file
	for _, t := range f.Tensors() {
		name := strings.TrimPrefix(t.Name, peftPrefix)
		stored[strings.Replace(name, ".default.weight", ".weight", 1)] = t.Name
	}
	scale := c.Alpha / float64(c.R)
	if c.UseRSLoRA {
		scale = c.Alpha / math.Sqrt(float64(c.R))
	}
	fresh := map[string]*nn.LoRA{}
	for module, l := range nn.Linears(m) {
		yes, err := targeted(module)
		if err != nil {
			return nil, fmt.Errorf("hf: %s: target_modules: %w", f.Path, err)
		}
		if !yes {
			continue
		}
		if l == m.Head {
			return nil, fmt.Errorf("hf: %s: target_modules %s asks for %s, and an adapter on the map to the vocabulary is not supported; merge it with PEFT (merge_and_unload) and load the result", f.Path, c.TargetModules, module)
		}
		read := func(half string, shape ...int) *autograd.Param {
			if err != nil {
				return nil
			}
			name := module + half
			in := stored[name]
			delete(stored, name)
			t := f.Lookup(in)
			switch {
			case in == "":
				err = fmt.Errorf("hf: %s: tensor %q is missing; target_modules asks for it", f.Path, peftPrefix+name)
			case !slices.Equal(t.Shape, shape):
				err = fmt.Errorf("hf: %s: tensor %q is %v, want %v: r is %d and the model's %s is %v: is this adapter for another model?", f.Path, in, t.Shape, shape, c.R, module, l.W.Data.Shape)
			default:
				p := autograd.NewParam(name, tensor.New(m.DType(), shape...))
				p.Trainable = true
				err = f.ReadInto(in, p.Data.Buf)
				return p
			}
			return nil
		}
		fresh[module] = &nn.LoRA{
			A:     read(".lora_A.weight", c.R, l.In()),
			B:     read(".lora_B.weight", l.Out(), c.R),
			Scale: scale, Enabled: true,
		}
		if err != nil {
			return nil, err
		}
	}
	if len(fresh) == 0 {
		return nil, fmt.Errorf("hf: %s: target_modules %s fits no linear map of the model", f.Path, c.TargetModules)
	}
	if left := slices.Sorted(maps.Values(stored)); len(left) > 0 {
		return nil, fmt.Errorf("hf: %s: tensor %q belongs to no map that target_modules asks for", f.Path, left[0])
	}
	return fresh, nil
}

// SaveAdapter writes the adapters of m into dir as PEFT does; base says what
// they are for (a path or a name on the hub). dt is the type of the stored
// numbers, "" for that of the model. All adapters must have one rank and scale.
func SaveAdapter(dir string, m *llama.Model, base string, dt safetensors.DType) error {
	var ts []safetensors.Tensor
	targets := map[string]bool{}
	var r int
	var scale float64
	for module, l := range nn.Linears(m) {
		a := l.LoRA
		if a == nil {
			continue
		}
		if n := a.A.Data.Shape[0]; r == 0 {
			r, scale = n, a.Scale
		} else if n != r || a.Scale != scale {
			return fmt.Errorf("hf: adapters of different ranks or scales (%s) have no place in one adapter_config.json", module)
		}
		targets[module[strings.LastIndexByte(module, '.')+1:]] = true
		for half, p := range map[string]*autograd.Param{".lora_A.weight": a.A, ".lora_B.weight": a.B} {
			ts = append(ts, safetensors.Tensor{Name: peftPrefix + module + half, DType: dt, Shape: p.Data.Shape, Data: p.Data.Buf})
		}
	}
	if r == 0 {
		return errors.New("hf: the model has no adapters to save")
	}
	names := slices.Sorted(maps.Keys(targets))
	if n := countTargets(m, targets); n != len(ts)/2 {
		names = names[:0] // some layers only: give every map by its full name
		for module, l := range nn.Linears(m) {
			if l.LoRA != nil {
				names = append(names, module)
			}
		}
		slices.Sort(names)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("hf: %w", err)
	}
	if err := safetensors.Write(filepath.Join(dir, adapterWeightsFile), ts, map[string]string{"format": "pt"}); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, adapterConfigFile), adapterConfigJSON(base, r, scale*float64(r), names))
}

func countTargets(m *llama.Model, last map[string]bool) int {
	n := 0
	for module := range nn.Linears(m) {
		if last[module[strings.LastIndexByte(module, '.')+1:]] {
			n++
		}
	}
	return n
}

func adapterConfigJSON(base string, r int, alpha float64, targets []string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(struct {
		Base          string         `json:"base_model_name_or_path"`
		Bias          string         `json:"bias"`
		FanInFanOut   bool           `json:"fan_in_fan_out"`
		InferenceMode bool           `json:"inference_mode"`
		Alpha         float64        `json:"lora_alpha"`
		Dropout       float64        `json:"lora_dropout"`
		ModulesToSave []string       `json:"modules_to_save"`
		PeftType      string         `json:"peft_type"`
		R             int            `json:"r"`
		RankPattern   map[string]int `json:"rank_pattern"`
		AlphaPattern  map[string]int `json:"alpha_pattern"`
		TargetModules []string       `json:"target_modules"`
		TaskType      string         `json:"task_type"`
		UseDoRA       bool           `json:"use_dora"`
		UseRSLoRA     bool           `json:"use_rslora"`
	}{Base: base, Bias: "none", InferenceMode: true, Alpha: alpha, PeftType: "LORA", R: r, TargetModules: targets, TaskType: "CAUSAL_LM",
		RankPattern: map[string]int{}, AlphaPattern: map[string]int{}})
	if err != nil {
		panic("hf: adapter_config.json: " + err.Error()) // only NaN or Inf
	}
	return b.Bytes()
}
