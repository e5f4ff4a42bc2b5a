// Package hf reads and writes checkpoints as Hugging Face's transformers and
// PEFT keep them.
//
// A checkpoint is a directory:
//
//	config.json                     the shape of the model           LoadConfig
//	model.safetensors               its weights, or …                Load, Save
//	model-00001-of-00005.safetensors, model.safetensors.index.json   … in shards
//	tokenizer.json                  (package tokenizer)
//	tokenizer_config.json           special tokens, chat template    LoadTokenizerConfig
//	value_head.safetensors          a critic (ours)                  LoadValueHead
//
// and an adapter is another, with adapter_config.json and
// adapter_model.safetensors, to be put on top of the checkpoint that it was
// trained for: [LoadAdapter].
//
// The names of tensors are those that the model's structs carry in their hf
// tags; see [nn.Params]. A checkpoint must hold exactly the tensors that its
// config.json asks for. A tensor that would be left over is an error, too: a
// bias that is silently ignored makes a different model.
//
// Most callers want package checkpoint, which opens directories and GGUF files
// alike together with their tokenizer.
package hf
