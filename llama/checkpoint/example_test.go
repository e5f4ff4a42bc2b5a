package checkpoint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "checkpoint")
	check(err)
	defer os.RemoveAll(dir)

	// A run leaves a directory like this one.
	m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: 260, HiddenSize: 16, IntermediateSize: 32, NumHiddenLayers: 2, NumAttentionHeads: 2,
		NumKeyValueHeads: 1, HeadDim: 8, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 128}, kernels.F32)
	check(err)
	m.Init(1)
	check(hf.Save(dir, m, ""))
	tok := tokenizer.Train(slices.Values([]string{"hello"}), 257, []string{"<|end|>"}, tokenizer.WithEOS("<|end|>"))
	check(tok.Save(filepath.Join(dir, "tokenizer.json")))
	check(hf.SaveTokenizerConfig(dir, hf.TokenizerConfig{EOSToken: "<|end|>"}))

	c, err := checkpoint.Open(dir, checkpoint.Options{})
	check(err)
	fmt.Println(c.Model.Config.ModelType, c.Model.Config.Parameters(), "parameters")
	fmt.Println(len(c.Tokenizer.Encode("hello", tokenizer.WithAdditions)), "tokens, stop at", c.StopIDs)

	_, err = checkpoint.Open(filepath.Join(dir, "config.json"), checkpoint.Options{})
	fmt.Println(err != nil)
	// Output:
	// llama 13008 parameters
	// 5 tokens, stop at [0]
	// true
}
