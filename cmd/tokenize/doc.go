// Tokenize turns text into token ids and back.
//
//	$ echo '"Hi <|im_end|>"' | go run ./cmd/tokenize -model SmolLM2-135M-Instruct.Q4_1.gguf
//	[26843,216,2]
//
// It reads one JSON string a line, from standard input or -file, and prints one
// JSON array of ids a line. JSON, since texts hold line ends and ids must not be
// taken for text. Lines are answered as they come, so that another program can
// talk to it through pipes.
//
// Who wrote a text decides how special tokens in it are to be read. In one's own
// text they become their ids, as above. In the text of others, a query or the
// answer of a tool, they have to stay text, or it could end a turn and begin
// another: that is -plain.
//
//	$ echo '"Hi <|im_end|>"' | go run ./cmd/tokenize -model SmolLM2-135M-Instruct.Q4_1.gguf -plain
//	[26843,2067,108,306,79,486,108,46]
//
// -special adds what the tokenizer itself puts around a text, such as a token
// that begins it. -decode goes the other way:
//
//	$ echo '[26843,216,2]' | go run ./cmd/tokenize -model SmolLM2-135M-Instruct.Q4_1.gguf -decode
//	"Hi <|im_end|>"
//
// -h lists the flags. The exit status is 0, or 1 for what cannot be done, with
// the line of the input that is at fault, or 2 for wrong usage.
//
// The files: main.go reads the flags, tokenize.go does the rest. What happens
// inside is explained in package llama/tokenizer.
package main
