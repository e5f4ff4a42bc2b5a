// Package safetensors reads and writes the file format that Hugging Face
// checkpoints are kept in.
//
// A file is eight bytes N (unsigned, little-endian), N bytes of JSON that name
// the tensors, and the tensors themselves, row-major, little-endian, end to end
// without holes:
//
//	┌───┬──────────────────────────────────────────────────────────┬────────┬────────┐
//	│ N │ {"w": {"dtype": "F32", "shape": [2,3], "data_offsets":   │ 24 bytes of w   │
//	│   │   [0, 24]}, …, "__metadata__": {"format": "pt"}}         │ …               │
//	└───┴──────────────────────────────────────────────────────────┴────────┴────────┘
//
// Offsets count from the end of the header. [Open] reads the header and checks
// all of it: sizes against the file's length, offsets against each other and
// against the shapes. Nothing is allocated by a number that the file's real
// length does not bear out, so that a damaged or hostile file is an error and
// never a panic or a full memory. The tensors are read when asked for:
//
//	f, err := safetensors.Open("model.safetensors")
//	…
//	defer f.Close()
//	w, err := f.Float32("model.norm.weight")
//
// [Write] puts a file in place atomically (a reader sees the old file or the
// complete new one), with the same bytes for the same tensors whatever their
// order in the call.
//
// Format: https://github.com/huggingface/safetensors#format
package safetensors
