package llama_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/tensor"
)

// scores returns the attention scores of one head of one layer, [T, T].
func scores(m *llama.Model, ids []int32, layer, h int) [][]float64 {
	c := m.Config
	var q, k []float64
	m.Probe = func(l int, point llama.Point, v *autograd.Value) {
		switch {
		case l == layer && point == llama.QueryRoPE:
			q = v.Data().Floats()
		case l == layer && point == llama.KeyRoPE:
			k = v.Data().Floats()
		}
	}
	tape := autograd.NewTape(ref.New(), m.DType())
	m.Forward(tape, ids, tensor.NewRagged(len(ids)), nil)
	m.Probe = nil
	g := h * c.NumKeyValueHeads / c.NumAttentionHeads
	out := make([][]float64, len(ids))
	for i := range out {
		for j := range i + 1 {
			s := 0.0
			for d := range c.HeadDim {
				s += q[i*c.QDim()+h*c.HeadDim+d] * k[j*c.KVDim()+g*c.HeadDim+d]
			}
			out[i] = append(out[i], s/math.Sqrt(float64(c.HeadDim)))
		}
	}
	return out
}

func TestCopyHeadsLookWhereTheyShould(t *testing.T) {
	grouped := embedded()
	grouped.NumAttentionHeads, grouped.NumKeyValueHeads, grouped.HeadDim = 8, 4, 32
	for name, cfg := range map[string]llama.Config{"one head": embedded(), "two groups of two": grouped} {
		m, err := llama.New(cfg, kernels.F64)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.InitCopy(1); err != nil {
			t.Fatal(err)
		}
		ids := randomIDs(24, cfg.VocabSize, 3)
		ids = append(ids, ids[2:20]...) // the copy; token 24+i repeats token 2+i
		heads := max(1, cfg.NumKeyValueHeads/2) * cfg.NumAttentionHeads / cfg.NumKeyValueHeads
		for h := range heads {
			back := scores(m, ids, 0, h)
			for i := 1; i < len(ids); i++ {
				for j, s := range back[i] {
					if j == i-1 && math.Abs(s-12) > 3 { // the constant's size after the norm varies a little
						t.Errorf("%s, head %d: score %.2f one token back, want about 12", name, h, s)
					}
					if j < i-1 && s > back[i][i-1]-0.5 {
						t.Errorf("%s, head %d: token %d scores %d %.2f, one back %.2f", name, h, i, j, s, back[i][i-1])
					}
				}
			}
			// What followed this token the last time must stand out from the
			// other tokens, on average: the rest is left to training.
			match, other, n := 0.0, 0.0, 0.0
			same := scores(m, ids, 1, h)
			for i := 24; i < len(ids); i++ {
				match += same[i][i-24+3] / 18
				for j, s := range same[i] {
					if j != i-24+3 {
						other += s
						n++
					}
				}
			}
			if match-other/n < 1 {
				t.Errorf("%s, head %d: the token to copy scores %.2f, others %.2f on average", name, h, match, other/n)
			}
		}
	}
}

func TestInitCopyRefusesShapesWithoutRoom(t *testing.T) {
	for want, change := range map[string]func(*llama.Config){
		"needs 2 layers":       func(c *llama.Config) { c.NumHiddenLayers = 1 },
		"does not fit qwen3":   func(c *llama.Config) { c.ModelType = "qwen3" },
		"head_dim is 6":        func(c *llama.Config) { c.HeadDim = 6 },
		"hidden_size (96) abo": func(c *llama.Config) { c.HeadDim = 96 },
	} {
		cfg := embedded()
		change(&cfg)
		m, err := llama.New(cfg, kernels.F32)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.InitCopy(1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
