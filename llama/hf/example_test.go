package hf_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// A model goes to disk and back; a config.json that does not fit the weights is
// found out before anything is loaded.
func Example() {
	dir, err := os.MkdirTemp("", "hf")
	check(err)
	defer os.RemoveAll(dir)

	m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: 32, HiddenSize: 16, IntermediateSize: 24, NumHiddenLayers: 1, NumAttentionHeads: 4,
		NumKeyValueHeads: 2, HeadDim: 4, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 64}, kernels.F32)
	check(err)
	m.Init(1)
	check(hf.Save(dir, m, safetensors.BF16))

	loaded, err := hf.Load(dir, kernels.F32)
	check(err)
	fmt.Println(loaded.Config.DType, loaded.Config.Parameters(), "parameters")

	c := m.Config
	c.NumKeyValueHeads = 1
	check(os.WriteFile(filepath.Join(dir, "config.json"), c.JSON(), 0o644))
	_, err = hf.Load(dir, kernels.F32)
	fmt.Println(err.Error()[len("hf: "+dir+"/"):])
	// Output:
	// bfloat16 2992 parameters
	// model.safetensors: tensor "model.layers.0.self_attn.k_proj.weight" is [8 16], config.json asks for [4 16] (num_key_value_heads 1, head_dim 4)
}

// An adapter is trained on a frozen base and stored apart from it.
func ExampleLoadAdapter() {
	dir, err := os.MkdirTemp("", "adapter")
	check(err)
	defer os.RemoveAll(dir)

	cfg := llama.Config{ModelType: "qwen2", VocabSize: 32, HiddenSize: 16, IntermediateSize: 24, NumHiddenLayers: 1, NumAttentionHeads: 4,
		NumKeyValueHeads: 2, HeadDim: 4, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 64}
	m, err := llama.New(cfg, kernels.F32)
	check(err)
	check(m.AddLoRA(4, 8, []string{"q_proj", "v_proj"}, 1))
	check(hf.SaveAdapter(dir, m, "my/base-model", safetensors.F32))

	base, err := llama.New(cfg, kernels.F32)
	check(err)
	check(hf.LoadAdapter(base, dir))
	a := base.Layers[0].Attn.Q.LoRA
	fmt.Println("rank", a.A.Data.Shape[0], "scale", a.Scale, "trainable", a.A.Trainable, "base", base.Embed.W.Trainable)
	// Output:
	// rank 4 scale 2 trainable true base false
}
