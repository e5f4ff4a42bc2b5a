// Tokenize turns text into token ids and back.
//
//	echo '"Hello world"' | go run ./cmd/tokenize -model runs/7/final
//
// It reads one JSON string a line and prints one JSON array of ids a line, as
// they come, so that other programs can talk to it through pipes. See -h for the
// flags and package llama/tokenizer for what happens inside.
package main
