package llama_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama"
)

func ExampleParseConfig() {
	c, err := llama.ParseConfig([]byte(`{
		"model_type": "llama", "vocab_size": 1024, "hidden_size": 96, "intermediate_size": 256,
		"num_hidden_layers": 4, "num_attention_heads": 3, "tie_word_embeddings": true}`))
	fmt.Println(c.HeadDim, c.NumKeyValueHeads, c.RopeTheta, c.Parameters(), err)
	_, err = llama.ParseConfig([]byte(`{"model_type": "mamba"}`))
	fmt.Println(err != nil)
	// Output:
	// 32 3 10000 541536 <nil>
	// true
}

// A string of two tokens, a gap of up to one, the string again.
func ExampleCopyTask() {
	task := llama.CopyTask{First: 10, Vocab: 100, MinLen: 2, MaxLen: 2, MaxGap: 1}
	b := task.Batch(rng.New(1), 8)
	fmt.Println(b.IDs)
	for i, row := range b.Rows {
		fmt.Println("row", row, "holds", b.IDs[row], "and is to predict", b.Targets[i])
	}
	// Output:
	// [23 69 23 69 83 60 94 83 60]
	// row 2 holds 23 and is to predict 69
	// row 7 holds 83 and is to predict 60
}
