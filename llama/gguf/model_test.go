package gguf

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
)

func tiny(t *testing.T, arch string) *llama.Model {
	t.Helper()
	m, err := llama.New(llama.Config{ModelType: arch, VocabSize: 11, HiddenSize: 8, IntermediateSize: 12, NumHiddenLayers: 2, NumAttentionHeads: 2,
		NumKeyValueHeads: 1, HeadDim: 4, RMSNormEps: 1e-5, RopeTheta: 1e5, MaxPositionEmbeddings: 32, AttentionBias: arch == "llama", TieWordEmbeddings: arch == "qwen2"}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	for name, p := range nn.Params(m) { // biases that differ, so that their order shows
		if strings.HasSuffix(name, ".bias") {
			for i := range p.Data.Len() {
				p.Data.Buf.Set(i, float64(i)+0.5)
			}
		}
	}
	return m
}

// shape is the metadata that llama.cpp's converter writes for such a model.
func shape(c llama.Config) []kv {
	a := c.ModelType
	return []kv{{"general.architecture", a}, {a + ".block_count", c.NumHiddenLayers}, {a + ".context_length", c.MaxPositionEmbeddings},
		{a + ".embedding_length", c.HiddenSize}, {a + ".feed_forward_length", c.IntermediateSize}, {a + ".attention.head_count", c.NumAttentionHeads},
		{a + ".attention.head_count_kv", c.NumKeyValueHeads}, {a + ".attention.layer_norm_rms_epsilon", c.RMSNormEps}, {a + ".rope.freq_base", c.RopeTheta},
		{"tokenizer.ggml.bos_token_id", 1}, {"tokenizer.ggml.eos_token_id", 2}}
}

// export lays a model out as the converter does. For the llama architecture it
// reorders the rows of q and k by its own recipe: view each head as
// [2, headDim/2] and swap the two.
func export(m *llama.Model) []raw {
	var ts []raw
	for name, p := range nn.Params(m) {
		var x []float32
		for i := range p.Data.Len() {
			x = append(x, float32(p.Data.Buf.At(i)))
		}
		if heads := map[bool]int{true: m.Config.NumAttentionHeads, false: m.Config.NumKeyValueHeads}[strings.Contains(name, "q_proj")]; m.Config.ModelType == "llama" &&
			(strings.Contains(name, "q_proj") || strings.Contains(name, "k_proj")) {
			half, width, y := m.Config.HeadDim/2, len(x)/(heads*m.Config.HeadDim), []float32{}
			for h := range heads {
				for i := range half {
					for s := range 2 {
						row := (h*2+s)*half + i
						y = append(y, x[row*width:(row+1)*width]...)
					}
				}
			}
			x = y
		}
		dims := []uint64{}
		for _, d := range slices.Backward(p.Data.Shape) {
			dims = append(dims, uint64(d))
		}
		ts = append(ts, raw{ggufName(name), dims, F32, f32(x...)})
	}
	return ts
}

func TestModel(t *testing.T) {
	for _, arch := range []string{"llama", "qwen2", "qwen3"} {
		m := tiny(t, arch)
		f, err := open(encode(shape(m.Config), export(m)))
		if err != nil {
			t.Fatal(err)
		}
		for _, dt := range []kernels.DType{kernels.F32, kernels.F64} {
			got, err := f.Model(dt)
			if err != nil {
				t.Fatal(err)
			}
			want := m.Config
			if c := got.Config; *c.BOSTokenID != 1 || !slices.Equal(c.EOSTokenIDs, []int32{2}) || c.RMSNormEps != want.RMSNormEps ||
				c.RopeTheta != want.RopeTheta || c.Parameters() != want.Parameters() {
				t.Errorf("%s: config %+v, want %+v", arch, c, want)
			}
			all := nn.List(m, false)
			for i, p := range nn.List(got, false) {
				for j := range p.Data.Len() {
					if p.Data.Buf.At(j) != all[i].Data.Buf.At(j) {
						t.Fatalf("%s: %s[%d] = %g, want %g", arch, p.Name, j, p.Data.Buf.At(j), all[i].Data.Buf.At(j))
					}
				}
			}
		}
	}
}

func TestRopeFreqs(t *testing.T) {
	m := tiny(t, "llama")
	m.Config.RopeTheta = 1e8 // so that the second of the two pairs is slow
	c := m.Config
	c.RopeScaling = llama.RopeScaling{Type: "llama3", Factor: 32, LowFreqFactor: 1, HighFreqFactor: 4, OriginalMaxPositionEmbeddings: 8192}
	before, _ := m.Config.InvFreq(0)
	after, _ := c.InvFreq(0)
	freqs := []float32{float32(before[0] / after[0]), float32(before[1] / after[1])}
	load := func(freqs ...float32) (*llama.Model, error) {
		f, err := open(encode(shape(m.Config), append(export(m), raw{"rope_freqs.weight", []uint64{uint64(len(freqs))}, F32, f32(freqs...)})))
		if err != nil {
			t.Fatal(err)
		}
		return f.Model(kernels.F32)
	}
	if got, err := load(freqs...); err != nil {
		t.Error(err)
	} else if s := got.Config.RopeScaling; s.Type != "llama3" || math.Abs(s.Factor-32) > 1e-3 {
		t.Errorf("scaling %+v for divisors %v", s, freqs)
	}
	for _, bad := range [][]float32{{3, 1.5}, {1}, {float32(math.NaN()), 1}} {
		if _, err := load(bad...); err == nil || !strings.Contains(err.Error(), "rope_freqs.weight") {
			t.Errorf("%v: error %v", bad, err)
		}
	}
}

func TestModelErrors(t *testing.T) {
	m := tiny(t, "llama")
	set := func(key string, v any) func([]kv, []raw) ([]kv, []raw) {
		return func(k []kv, ts []raw) ([]kv, []raw) {
			for i := range k {
				if k[i].key == key {
					k[i].value = v
					return k, ts
				}
			}
			return append(k, kv{key, v}), ts
		}
	}
	for _, c := range []struct {
		name  string
		spoil func([]kv, []raw) ([]kv, []raw)
		want  string
	}{
		{"architecture", set("general.architecture", "gpt2"), `"gpt2"`},
		{"no architecture", func(k []kv, ts []raw) ([]kv, []raw) { return k[1:], ts }, `architecture ""`},
		{"no width", func(k []kv, ts []raw) ([]kv, []raw) { k[3].key = "x"; return k, ts }, `"llama.embedding_length" is missing`},
		{"no eps", set("llama.attention.layer_norm_rms_epsilon", "x"), "not a number"},
		{"layers are text", set("llama.block_count", "x"), `"llama.block_count" is not a whole number`},
		{"too many layers", set("llama.block_count", 1<<31-1), "blk.2.attn_norm.weight"},
		{"too few layers", set("llama.block_count", 1), "blk.1."},
		{"another width", set("llama.feed_forward_length", 13), "ffn_gate.weight\" is [12 8], the metadata ask for [13 8] (intermediate_size 13)"},
		{"no heads", set("llama.attention.head_count", 0), "num_attention_heads"},
		{"partial rotation", set("llama.rope.dimension_count", 2), "partial rotation"},
		{"experts", set("llama.expert_count", 8), "experts"},
		{"scaling", set("llama.rope.scaling.type", "longrope"), "longrope"},
		{"no embedding", func(k []kv, ts []raw) ([]kv, []raw) { return k, ts[1:] }, "token_embd.weight"},
		{"missing tensor", func(k []kv, ts []raw) ([]kv, []raw) { return k, append(ts[:1:1], ts[2:]...) }, "is missing"},
		{"odd tensor", func(k []kv, ts []raw) ([]kv, []raw) {
			return k, append(ts, raw{"blk.0.attn_rot_embd.weight", []uint64{1}, F32, f32(1)})
		}, "no place"},
	} {
		f, err := open(encode(c.spoil(shape(m.Config), export(m))))
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Model(kernels.F32)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}
