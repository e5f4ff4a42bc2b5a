package llama_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
)

// The same promise in bfloat16, whatever each backend rounds: products alone, or
// attention and its cache too.
func TestSampledEqualsTrainedBF16(t *testing.T) {
	configs := map[string]llama.Config{
		"heads of 32": {ModelType: "llama", VocabSize: 131, HiddenSize: 96, IntermediateSize: 70, NumHiddenLayers: 2,
			NumAttentionHeads: 3, NumKeyValueHeads: 3, HeadDim: 32, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 512, TieWordEmbeddings: true},
		"groups of 7 heads of 64": {ModelType: "qwen2", VocabSize: 64, HiddenSize: 40, IntermediateSize: 33, NumHiddenLayers: 2,
			NumAttentionHeads: 14, NumKeyValueHeads: 2, HeadDim: 64, RMSNormEps: 1e-6, RopeTheta: 1e6, MaxPositionEmbeddings: 512},
		"heads of 12, which stay float32": exactConfigs()["qwen3"],
	}
	for _, impl := range cpu.Impls() {
		for name, cfg := range configs {
			if impl == "generic" && cfg.HeadDim > 12 {
				continue // takes ten seconds and shows nothing new
			}
			t.Run(impl+"/"+name, func(t *testing.T) { sampledEqualsTrained(t, impl, cfg, kernels.BF16) })
		}
	}
}

// A cache holds bfloat16 exactly where attention rounds to it.
func TestCacheType(t *testing.T) {
	cfg := exactConfigs()["llama"]
	cfg.HeadDim, cfg.NumAttentionHeads, cfg.NumKeyValueHeads = 32, 2, 1
	for _, impl := range cpu.Impls() {
		dev, err := cpu.New(cpu.Options{Workers: 1, Impl: impl})
		if err != nil {
			t.Fatal(err)
		}
		defer dev.Close()
		for _, compute := range []kernels.DType{kernels.F32, kernels.BF16} {
			m, err := llama.New(cfg, kernels.F32)
			if err != nil {
				t.Fatal(err)
			}
			m.SetCompute(compute)
			c, size := llama.NewKVCache(m, dev, 0), 4
			if compute == kernels.BF16 && impl == "amx" {
				size = 2
			}
			var s llama.Span
			if err := c.Extend(&s, 1); err != nil {
				t.Fatal(err)
			}
			_, pages := c.Pages()
			if got, want := c.Bytes(), 2*cfg.NumHiddenLayers*pages*kernels.KVChunk*32*size; got != want {
				t.Errorf("%s, %v: the cache has %d bytes, want %d", impl, compute, got, want)
			}
			if got := llama.PageBytes(m, dev); got*pages != c.Bytes() {
				t.Errorf("%s, %v: a page has %d bytes, %d have %d", impl, compute, got, pages, c.Bytes())
			}
		}
	}
}
