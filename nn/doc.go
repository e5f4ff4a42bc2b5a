// Package nn holds the layers that a decoder is made of, and the registry
// that gives each of their parameters its name.
//
// A layer is a plain struct: its parameters are fields, its Forward is a few
// lines of package autograd. Nothing is registered by calls: a struct tag says
// how Hugging Face's checkpoints call a field,
//
//	type Attention struct {
//		Q nn.Linear `hf:"q_proj"`
//	}
//
// and [Params] walks the fields in order and yields the parameters under
// their full names, such as "model.layers.0.self_attn.q_proj.weight". The
// checkpoint reader, the optimiser and the gradient clipping all see a model
// through that one function.
//
// The words used here:
//
//   - weight: a matrix [out, in], outputs × inputs, as checkpoints store it.
//   - adapter (LoRA): a trained low-rank correction B·A beside a frozen weight.
//     See [LoRA].
//   - trainable: whether a parameter receives a gradient and is stepped.
//
// Package nn/optim steps the parameters: AdamW, clipping, learning rates.
package nn
