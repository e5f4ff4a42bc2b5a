package llama_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// The parameters of a model have the names of its checkpoint.
func ExampleModel() {
	m, err := llama.New(llama.Config{
		ModelType: "qwen2", VocabSize: 10, HiddenSize: 8, IntermediateSize: 12, NumHiddenLayers: 1,
		NumAttentionHeads: 2, NumKeyValueHeads: 1, HeadDim: 4, RMSNormEps: 1e-6, RopeTheta: 1e6,
		MaxPositionEmbeddings: 32, TieWordEmbeddings: true,
	}, kernels.F32)
	if err != nil {
		panic(err)
	}
	m.Init(1)
	for name, p := range nn.Params(m) {
		fmt.Println(name, p.Data.Shape)
	}
	// Output:
	// model.embed_tokens.weight [10 8]
	// model.layers.0.input_layernorm.weight [8]
	// model.layers.0.self_attn.q_proj.weight [8 8]
	// model.layers.0.self_attn.q_proj.bias [8]
	// model.layers.0.self_attn.k_proj.weight [4 8]
	// model.layers.0.self_attn.k_proj.bias [4]
	// model.layers.0.self_attn.v_proj.weight [4 8]
	// model.layers.0.self_attn.v_proj.bias [4]
	// model.layers.0.self_attn.o_proj.weight [8 8]
	// model.layers.0.post_attention_layernorm.weight [8]
	// model.layers.0.mlp.gate_proj.weight [12 8]
	// model.layers.0.mlp.up_proj.weight [12 8]
	// model.layers.0.mlp.down_proj.weight [8 12]
	// model.norm.weight [8]
}

func randomIDs(n, vocab int, seed uint64) []int32 {
	rnd := rng.New(seed, "ids")
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(rnd.IntN(vocab))
	}
	return ids
}

func TestRecomputingLayersChangesNoBit(t *testing.T) {
	dev, err := cpu.New(cpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	for name, cfg := range exactConfigs() {
		cfg.NumHiddenLayers = 6
		m := newExactModel(t, cfg)
		nn.SetTrainable(m, true)
		seqs := [][]int32{randomIDs(70, cfg.VocabSize, 1), randomIDs(9, cfg.VocabSize, 2)}
		if name == "llama" { // enough that memory shows
			seqs = append(seqs, randomIDs(500, cfg.VocabSize, 3), randomIDs(500, cfg.VocabSize, 4), randomIDs(500, cfg.VocabSize, 5))
		}
		run := func(recompute bool) (loss float64, grads [][]float64, bytes int) {
			for _, l := range m.Layers {
				l.Recompute = recompute
			}
			for _, p := range nn.Params(m) {
				p.ZeroGrad()
			}
			tape := autograd.NewTape(dev, kernels.F32)
			loss = lossAndGradients(m, tape, seqs)
			for _, p := range nn.Params(m) {
				grads = append(grads, p.Grad.Floats())
			}
			return loss, grads, tape.Bytes()
		}
		loss, grads, bytes := run(false)
		loss2, grads2, bytes2 := run(true)
		if name == "llama" && bytes2 > bytes*2/3 {
			t.Errorf("%d bytes when layers are recomputed, %d otherwise", bytes2, bytes)
		}
		if loss != loss2 {
			t.Errorf("%s: loss %v, recomputed %v", name, loss, loss2)
		}
		for i := range grads {
			if !slices.Equal(grads[i], grads2[i]) {
				t.Errorf("%s: gradient %d differs when layers are recomputed", name, i)
			}
		}
	}
}

// Same seed, same bits: the number of workers does not enter.
func TestGradientsDoNotDependOnWorkers(t *testing.T) {
	for name, cfg := range exactConfigs() {
		m := newExactModel(t, cfg)
		nn.SetTrainable(m, true)
		seqs := [][]int32{randomIDs(150, cfg.VocabSize, 1), randomIDs(1, cfg.VocabSize, 2), randomIDs(77, cfg.VocabSize, 3)}
		var first [][]float64
		for _, workers := range []int{1, 2, 3, 8} {
			dev, err := cpu.New(cpu.Options{Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range nn.Params(m) {
				p.ZeroGrad()
			}
			got := [][]float64{{lossAndGradients(m, autograd.NewTape(dev, kernels.F32), seqs)}}
			for _, p := range nn.Params(m) {
				got = append(got, p.Grad.Floats())
			}
			dev.Close()
			if first == nil {
				first = got
			}
			for i := range got {
				if !slices.Equal(got[i], first[i]) {
					t.Errorf("%s: with %d workers number %d (the loss, then the gradients) differs", name, workers, i)
				}
			}
		}
	}
}

// A sequence longer than the first rotary table, and one far beyond the
// model's context: tables grow as needed, and results do not change.
func TestRotaryTablesGrow(t *testing.T) {
	cfg := exactConfigs()["llama"]
	cfg.NumHiddenLayers = 1
	m := newExactModel(t, cfg)
	tape := autograd.NewTape(ref.New(), kernels.F32)
	tape.SetRecording(false)
	ids := randomIDs(600, cfg.VocabSize, 1)
	short := m.Forward(tape, ids[:40], tensor.NewRagged(40), nil).Data().Floats()
	long := m.Forward(tape, ids, tensor.NewRagged(600), nil).Data().Floats()
	again := m.Forward(tape, ids[:40], tensor.NewRagged(40), nil).Data().Floats()
	if !slices.Equal(short, long[:len(short)]) || !slices.Equal(short, again) {
		t.Error("a longer sequence changes the states of its beginning")
	}
}

func TestInitIsAFunctionOfTheSeed(t *testing.T) {
	weights := func(f func(*llama.Model)) map[string][]float64 {
		m, err := llama.New(embedded(), kernels.F32)
		if err != nil {
			t.Fatal(err)
		}
		f(m)
		out := map[string][]float64{}
		for name, p := range nn.Params(m) {
			out[name] = p.Data.Floats()
		}
		return out
	}
	a := weights(func(m *llama.Model) { m.Init(1) })
	b := weights(func(m *llama.Model) { m.Init(1) })
	c := weights(func(m *llama.Model) { m.Init(2) })
	for name, x := range a {
		if !slices.Equal(x, b[name]) {
			t.Errorf("%s differs for the same seed", name)
		}
		norm := strings.Contains(name, "norm")
		if slices.Equal(x, c[name]) != norm {
			t.Errorf("%s: equal for two seeds: %v", name, !norm)
		}
		want := 0.7 / math.Sqrt(96)
		switch {
		case norm:
			continue
		case strings.Contains(name, "embed"):
			want = 0.02
		case strings.Contains(name, "o_proj"):
			want /= math.Sqrt(8)
		case strings.Contains(name, "down_proj"):
			want = 0.7 / math.Sqrt(256) / math.Sqrt(8)
		}
		sum := 0.0
		for _, v := range x {
			sum += v * v
		}
		if std := math.Sqrt(sum / float64(len(x))); math.Abs(std/want-1) > 0.05 {
			t.Errorf("%s: deviation %.4f, want %.4f", name, std, want)
		}
	}
	d := weights(func(m *llama.Model) { _ = m.InitCopy(1) })
	e := weights(func(m *llama.Model) { _ = m.InitCopy(1) })
	for name := range d {
		if !slices.Equal(d[name], e[name]) {
			t.Errorf("%s: InitCopy differs for the same seed", name)
		}
	}
}

func TestAddLoRAChecksItsTargets(t *testing.T) {
	m, err := llama.New(exactConfigs()["qwen2"], kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{
		`"w_proj"`:         m.AddLoRA(4, 8, []string{"q_proj", "w_proj"}, 1),
		`"lm_head"`:        m.AddLoRA(4, 8, []string{"q_proj", "lm_head"}, 1),
		"rank 0":           m.AddLoRA(0, 8, []string{"q_proj"}, 1),
		"no targets given": m.AddLoRA(4, 8, nil, 1),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if m.HasAdapters() {
		t.Error("a refused call left adapters")
	}
	if err := m.AddLoRA(4, 8, []string{"all-linear"}, 1); err != nil {
		t.Fatal(err)
	}
	n := 0
	for name, l := range nn.Linears(m) {
		if (l.LoRA != nil) == (name == "lm_head") {
			t.Errorf("%s: adapter %v", name, l.LoRA != nil)
		}
		if l.LoRA != nil {
			n++
			if l.LoRA.Scale != 2 || l.LoRA.A.Name != name+".lora_A.weight" {
				t.Errorf("%s: scale %g, name %q", name, l.LoRA.Scale, l.LoRA.A.Name)
			}
		}
	}
	if n != 14 || len(nn.List(m, true)) != 28 {
		t.Errorf("%d adapters, %d trainable parameters; want 14 and 28", n, len(nn.List(m, true)))
	}
	m.Merge()
	if m.HasAdapters() || len(nn.List(m, true)) != len(nn.List(m, false)) {
		t.Error("after Merge the plain model must be trainable")
	}
}
