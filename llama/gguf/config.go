package gguf

import (
	"fmt"
	"math"
	"slices"

	"github.com/stepgrain/stepgrain/internal/clip"
	"github.com/stepgrain/stepgrain/llama"
)

// Config returns the model's shape from the metadata (general.architecture
// llama, qwen2 or qwen3).
func (f *File) Config() (llama.Config, error) {
	arch := f.Text("general.architecture")
	switch arch {
	case "llama", "qwen2", "qwen3":
	default:
		return llama.Config{}, fmt.Errorf("gguf: %s: architecture %q is not supported (llama, qwen2, qwen3)", f.Path, clip.Name(arch))
	}
	l := &lookup{f: f}
	c := llama.Config{
		ModelType:             arch,
		HiddenSize:            l.count(arch+".embedding_length", -1),
		IntermediateSize:      l.count(arch+".feed_forward_length", -1),
		NumHiddenLayers:       l.count(arch+".block_count", -1),
		NumAttentionHeads:     l.count(arch+".attention.head_count", -1),
		MaxPositionEmbeddings: l.count(arch+".context_length", -1),
		RMSNormEps:            l.number(arch+".attention.layer_norm_rms_epsilon", math.NaN()),
		RopeTheta:             l.number(arch+".rope.freq_base", 10000),
		TieWordEmbeddings:     f.byName["output.weight"] == nil,
		AttentionBias:         arch != "qwen2" && f.byName["blk.0.attn_q.bias"] != nil,
		MLPBias:               f.byName["blk.0.ffn_gate.bias"] != nil,
		BOSTokenID:            l.token("bos"),
		PadTokenID:            l.token("padding"),
	}
	if eos := l.token("eos"); eos != nil {
		c.EOSTokenIDs = []int32{*eos}
	}
	if eot := l.token("eot"); eot != nil && !slices.Contains(c.EOSTokenIDs, *eot) {
		c.EOSTokenIDs = append(c.EOSTokenIDs, *eot)
	}
	c.RMSNormEps = shortest(c.RMSNormEps)
	c.NumKeyValueHeads = l.count(arch+".attention.head_count_kv", c.NumAttentionHeads)
	if c.NumAttentionHeads > 0 {
		c.HeadDim = c.HiddenSize / c.NumAttentionHeads
	}
	c.HeadDim = l.count(arch+".attention.key_length", c.HeadDim)
	if n := l.count(arch+".rope.dimension_count", c.HeadDim); n != c.HeadDim {
		l.fail(arch+".rope.dimension_count", "is %d, the heads are %d wide: partial rotation is not supported", n, c.HeadDim)
	}
	if n := l.count(arch+".expert_count", 0); n != 0 {
		l.fail(arch+".expert_count", "is %d: mixtures of experts are not supported", n)
	}
	table := f.byName["token_embd.weight"]
	if table == nil || len(table.Shape) != 2 {
		return c, fmt.Errorf("gguf: %s: no matrix \"token_embd.weight\": the file holds no language model", f.Path)
	}
	c.VocabSize = table.Shape[0]
	f.ropeScaling(l, &c)
	if l.err != nil {
		return c, l.err
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("gguf: %s: %w", f.Path, err)
	}
	return c, nil
}

// token returns the id of a special token, nil when the file names none.
func (l *lookup) token(kind string) *int32 {
	key := "tokenizer.ggml." + kind + "_token_id"
	if _, ok := l.f.values[key]; !ok {
		return nil
	}
	id := int32(l.count(key, 0))
	return &id
}

// shortest undoes the rounding to float32 of a number that a person wrote:
// 1e-5 is stored as 9.99999974737875e-06.
func shortest(x float64) float64 {
	var y float64
	if _, err := fmt.Sscan(fmt.Sprint(float32(x)), &y); err != nil {
		return x
	}
	return y
}

// ropeScaling reads how the rotary frequencies are stretched. Llama 3.1's way is
// stored as one divisor for each frequency, in the tensor rope_freqs.weight.
func (f *File) ropeScaling(l *lookup, c *llama.Config) {
	arch := c.ModelType
	kind := f.Text(arch + ".rope.scaling.type")
	factor := l.number(arch+".rope.scaling.factor", 0)
	switch {
	case kind == "linear" && factor != 0:
		c.RopeScaling = llama.RopeScaling{Type: "linear", Factor: factor}
	case kind == "yarn":
		c.RopeScaling = llama.RopeScaling{Type: "yarn", Factor: factor,
			OriginalMaxPositionEmbeddings: l.count(arch+".rope.scaling.original_context_length", c.MaxPositionEmbeddings)}
	case kind != "" && kind != "none" && kind != "linear":
		l.fail(arch+".rope.scaling.type", "%q is not supported (none, linear, yarn)", clip.Name(kind))
	}
	t := f.byName["rope_freqs.weight"]
	if t == nil || l.err != nil {
		return
	}
	if c.HeadDim <= 0 || t.Len() != c.HeadDim/2 || t.Len() > 1<<16 {
		l.err = fmt.Errorf("gguf: %s: tensor \"rope_freqs.weight\" has %d numbers, heads of %d need half that", f.Path, t.Len(), c.HeadDim)
		return
	}
	divisors, err := f.Float32(t.Name)
	if err != nil {
		l.err = err
		return
	}
	plain := *c
	plain.RopeScaling = llama.RopeScaling{}
	scaled := plain
	scaled.RopeScaling = llama.RopeScaling{Type: "llama3", Factor: float64(slices.Max(divisors)), LowFreqFactor: 1, HighFreqFactor: 4, OriginalMaxPositionEmbeddings: 8192}
	before, _ := plain.InvFreq(0)
	after, _ := scaled.InvFreq(0)
	for i, d := range divisors {
		if !(math.Abs(before[i]/after[i]-float64(d)) <= 1e-4*float64(d)) {
			l.err = fmt.Errorf("gguf: %s: tensor \"rope_freqs.weight\" does not hold the frequencies of Llama 3.1 to 3.3: not supported", f.Path)
			return
		}
	}
	c.RopeScaling = scaled.RopeScaling
}
