package llama

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/nn"
)

// AddLoRA freezes the model and attaches fresh adapters of rank r and scale
// alpha/r to the maps whose names end in one of targets, such as "q_proj";
// the single target "all-linear" means all seven maps of every layer. The map to
// the vocabulary takes no adapter. The model's outputs do not change until the
// first step. The names of the adapters' parameters are those of PEFT without
// the "base_model.model." before them.
func (m *Model) AddLoRA(r int, alpha float64, targets []string, seed uint64) error {
	if r <= 0 {
		return fmt.Errorf("llama: LoRA rank %d must be positive", r)
	}
	found := map[string]bool{}
	var chosen []string
	maps := map[string]*nn.Linear{}
	for name, l := range nn.Linears(m) {
		if l == m.Head {
			continue // its weight goes into the fused log-probabilities as it is
		}
		last := name[strings.LastIndexByte(name, '.')+1:]
		if slices.Equal(targets, []string{"all-linear"}) || slices.Contains(targets, last) {
			found[last] = true
			chosen = append(chosen, name)
			maps[name] = l
		}
	}
	for _, t := range targets {
		if !found[t] && t != "all-linear" {
			return fmt.Errorf("llama: LoRA target %q: the model has no such map (q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj)", t)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("llama: LoRA: no targets given")
	}
	nn.SetTrainable(m, false)
	for _, name := range chosen {
		maps[name].AddLoRA(r, alpha/float64(r), rng.New(seed, "lora", name))
	}
	nn.Name(m, "")
	return nil
}

// SetAdapters switches all adapters on or off. Off is the model that the
// adapters were added to: the reference policy.
func (m *Model) SetAdapters(on bool) {
	for _, l := range nn.Linears(m) {
		if l.LoRA != nil {
			l.LoRA.Enabled = on
		}
	}
}

// HasAdapters reports whether any map has an adapter.
func (m *Model) HasAdapters() bool {
	for _, l := range nn.Linears(m) {
		if l.LoRA != nil {
			return true
		}
	}
	return false
}

// Merge adds every adapter into its weight and drops it; the weights become
// trainable again.
func (m *Model) Merge() {
	for _, l := range nn.Linears(m) {
		l.Merge()
	}
	nn.SetTrainable(m, true)
}
