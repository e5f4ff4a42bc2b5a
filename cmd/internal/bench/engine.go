package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/nn"
)

// engineCases are a prompt of 512 tokens, and 64 tokens after so many others,
// of one sequence: of a Qwen2-0.5B with random weights in each format, and of
// the model that -model names. native keeps the blocks of a GGUF file and
// multiplies in float32, native-i8 in integers; so do q8_0 and q4_0.
func engineCases() []Case {
	var list []Case
	add := func(name string, load func(e *Env) *llama.Model) {
		_, format, _ := strings.Cut(name, "/")
		list = append(list, Case{Name: "Prompt/" + name + "/512", Shape: "512 tokens", DType: engineDType(format), Unit: "tok/s", Tokens: 512,
			Flops: promptFlops(name, 512),
			Setup: func(e *Env) func() { return promptCase(e, load(e), 512) }})
		for _, depth := range []int{0, 1024} {
			list = append(list, Case{Name: fmt.Sprintf("Decode/%s/depth%d", name, depth), Shape: fmt.Sprintf("64 after %d", depth), DType: engineDType(format), Unit: "tok/s", Tokens: 64,
				// Decoding reads the weights once a token.
				Bytes: 64 * modelBytes(name), Set: modelBytes(name),
				Setup: func(e *Env) func() { return decodeCase(e, load(e), depth, 64) }})
		}
	}
	for _, format := range []string{"f32", "bf16", "q8_0", "q4_0"} {
		add("qwen2-0.5b/"+format, func(e *Env) *llama.Model { return randomQwen2(e, format) })
	}
	for _, format := range []string{"f32", "bf16", "native", "native-i8"} {
		add("model/"+format, func(e *Env) *llama.Model { return fileModel(e, format) })
	}
	return list
}

// engineDType is what the factors of a format's products are.
func engineDType(format string) string {
	switch format {
	case "bf16":
		return "bf16"
	case "q8_0", "q4_0", "native-i8":
		return "i8"
	}
	return "f32"
}

// modelBytes is what a token of the random model reads: all matrices, of which
// the embedding is the map to the vocabulary. 0: unknown.
func modelBytes(name string) float64 {
	const matrices = 151936*896 + 24*(2*896*896+2*128*896+3*896*4864)
	return matrices * map[string]float64{"qwen2-0.5b/f32": 4, "qwen2-0.5b/bf16": 2, "qwen2-0.5b/q8_0": 34. / 32, "qwen2-0.5b/q4_0": 18. / 32}[name]
}

// promptFlops are the operations of n tokens of the random model: two for each
// weight of the layers and token, those of the map to the vocabulary for the last
// token, and causal attention. 0: unknown.
func promptFlops(name string, n float64) float64 {
	if modelBytes(name) == 0 {
		return 0
	}
	const layers, vocabulary, attention = 24 * (2*896*896 + 2*128*896 + 3*896*4864), 151936 * 896, 24 * 14 * 64
	return 2*(n*layers+vocabulary) + 4*attention*n*(n+1)/2
}

// randomQwen2 is a model in the shape of Qwen2-0.5B whose weights mean nothing.
func randomQwen2(e *Env, format string) *llama.Model {
	m, err := llama.New(llama.Config{ModelType: "qwen2", VocabSize: 151936, HiddenSize: 896, IntermediateSize: 4864, NumHiddenLayers: 24,
		NumAttentionHeads: 14, NumKeyValueHeads: 2, HeadDim: 64, RMSNormEps: 1e-6, RopeTheta: 1e6, MaxPositionEmbeddings: 32768, TieWordEmbeddings: true}, kernels.F32)
	if err != nil {
		e.Skip(err.Error())
	}
	block, inBlocks := map[string]kernels.BlockFormat{"q8_0": kernels.Q8_0, "q4_0": kernels.Q4_0}[format]
	if inBlocks {
		if reason := tryBlocks(e.Backend, block, kernels.I8); reason != "" {
			e.Skip(reason)
		}
	} else {
		e.need(dtype(format))
		m.SetCompute(dtype(format))
	}
	for _, p := range nn.Params(m) {
		p.Trainable = false
		switch {
		case len(p.Data.Shape) != 2 && strings.HasSuffix(p.Name, "norm.weight"): // ones already
		case len(p.Data.Shape) == 2 && inBlocks:
			size := p.Data.Len() / kernels.BlockSize * block.Bytes()
			p.Compute = kernels.I8
			p.UseBlocks(func() *kernels.Blocks {
				return &kernels.Blocks{Format: block, Data: blockBytes(e.r, block, size)}
			})
		default:
			x, noise := p.Data.Buf.F32(), e.buf(1<<20-3).F32()
			for i := range noise {
				noise[i] *= 0.03
			}
			for i := 0; i < len(x); i += len(noise) {
				copy(x[i:], noise)
			}
		}
	}
	return m
}

// fileModel opens the model that the flag names.
func fileModel(e *Env, format string) *llama.Model {
	if e.Model == "" {
		e.Skip("no -model FILE is given")
	}
	o := checkpoint.Options{Compute: dtype(format)}
	if strings.HasPrefix(format, "native") {
		o.Native = true
		if format == "native-i8" {
			o.Compute = kernels.I8
		}
	} else {
		e.need(o.Compute)
	}
	c, err := checkpoint.Open(e.Model, o)
	if err != nil {
		e.Skip(err.Error())
	}
	return c.Model
}

// promptCase reads n tokens in one pass and says which would be next.
func promptCase(e *Env, m *llama.Model, n int) func() {
	engine := llama.NewEngine(m, e.Backend, llama.EngineOptions{MaxRows: 1, MaxContext: 2048})
	ids := e.ids(n, m.Config.VocabSize)
	return func() {
		s := engine.NewSession()
		continueWith(engine, s, ids, 1)
		s.Close()
	}
}

// decodeCase appends n tokens to depth others, one after the other.
func decodeCase(e *Env, m *llama.Model, depth, n int) func() {
	engine := llama.NewEngine(m, e.Backend, llama.EngineOptions{MaxRows: 1, MaxContext: 2048})
	begin := engine.NewSession()
	continueWith(engine, begin, e.ids(max(1, depth), m.Config.VocabSize), 0)
	return func() {
		s := begin.Fork()
		continueWith(engine, s, nil, n)
		s.Close()
	}
}

// continueWith feeds tokens and then samples the most probable ones.
func continueWith(engine *llama.Engine, s *llama.Session, feed []int32, n int) {
	r := &llama.Request{Session: s, Feed: feed, MaxNew: n}
	if err := engine.Run(context.Background(), []*llama.Request{r}, func(*llama.Request, *llama.Result) *llama.Request { return nil }); err != nil {
		panic(err)
	}
}
