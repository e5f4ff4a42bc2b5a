// Package gguf reads GGUF, the single-file format of llama.cpp that holds a
// model's shape, its weights (often quantised) and its tokenizer.
//
//	"GGUF" version n_tensors n_metadata
//	metadata   key, type, value: numbers, texts, flat or nested lists
//	tensors    name, dimensions (fastest first), type, offset
//	           … padding to general.alignment (32) …
//	data       each tensor at its offset
//
// [Open] reads and checks everything before the data, and trusts no number in
// it: lengths are held against the bytes that are left, offsets against the
// file and against each other. A damaged or hostile file is an error, never a
// panic or a full memory.
//
//	f, err := gguf.Open("SmolLM2-135M-Instruct.Q4_1.gguf")
//	…
//	defer f.Close()
//	m, err := f.Model(kernels.F32)
//
// [File.Model] widens the weights to whole numbers of the model's type and
// renames them to what Hugging Face calls them. Types read: F32, F16, BF16, and
// the quantised Q8_0, Q4_0 and Q4_1, whose blocks of 32 share a scale:
//
//	Q8_0   d·q               q in −128…127     8.5 bits a weight
//	Q4_0   d·(q − 8)         q in 0…15         4.5
//	Q4_1   d·q + m           q in 0…15         5
//
// [File.Native] keeps those blocks, for inference in the memory that the file
// takes.
//
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
package gguf
