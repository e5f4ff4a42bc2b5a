// Generate continues a text with a model.
//
//	go run ./cmd/generate -model runs/7/final -prompt "The capital of France is" -max 20
//
// The model may be a Hugging Face checkpoint directory, a GGUF file, or the
// final/ directory of a run. The prompt is a text, a list of token ids, or a
// conversation laid out by the checkpoint's chat template. See -h for the flags.
//
// The files in reading order: flags.go (what was asked), prompt.go (its
// tokens), generate.go (the engine), print.go (the answer as text or JSON).
package main
