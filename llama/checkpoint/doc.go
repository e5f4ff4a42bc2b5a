// Package checkpoint opens what a -model flag names, whatever its kind: a
// Hugging Face checkpoint directory, a GGUF file, or the final/ directory of a
// run (which is a checkpoint directory). It brings together what generating
// text needs: the model, its tokenizer, its chat template, and the tokens that
// end an answer.
//
//	c, err := checkpoint.Open("runs/7/final", checkpoint.Options{})
//	…
//	ids := c.Tokenizer.Encode("Hello", tokenizer.WithAdditions)
//
// A checkpoint without a tokenizer opens too: its Tokenizer is nil and the
// model is used with ids. [OpenTokenizer] reads the tokenizer alone.
package checkpoint
