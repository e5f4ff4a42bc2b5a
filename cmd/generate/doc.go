// Generate continues a text with a model.
//
//	$ go run ./cmd/generate -model SmolLM2-135M-Instruct.Q4_1.gguf -greedy -max 12 \
//	      -prompt "The capital of France is"
//	 Paris.
//
//	The answer is: 201
//
// The model is a Hugging Face checkpoint directory, a GGUF file, or the final/
// directory of a run. The prompt is one of three things:
//
//	-prompt TEXT     a text; special tokens written in it count as such
//	-ids 504,3575    token ids, which need no tokenizer
//	-chat FILE       a conversation, laid out by the chat template of the checkpoint:
//	                 [{"role": "user", "content": "What is 2+2?"}]
//
// Without further flags tokens are sampled at temperature 1, with -seed 1; the
// same command gives the same text, whatever the number of workers or of other
// samples. -score asks the model how likely the prompt itself is, token by
// token, and with -max 0 that is all it does:
//
//	$ go run ./cmd/generate -model SmolLM2-135M-Instruct.Q4_1.gguf -score -max 0 -prompt "The capital"
//	  pos      id   logprob
//	    0     504           "The"
//	    1    3575  -11.5393 " capital"
//	sum -11.5393 over 1 tokens, perplexity 102670.189
//
// -json prints one object a line and per sample, for programs. -h lists the
// flags. The exit status is 0 when the text was made, 1 when that failed, 2 when
// the command line was wrong, 130 after Ctrl-C and 143 after SIGTERM; what went
// wrong stands in one line on stderr.
//
// The files in reading order: flags.go (what was asked), prompt.go and chat.go
// (its tokens), generate.go (the engine reads the prompt once, and all samples
// go on from there), print.go (the answer as text or JSON).
package main
