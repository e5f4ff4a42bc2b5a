// Package llama is the decoder: LLaMA 2 and 3.x, Qwen2 and 2.5, Qwen3.
//
// The files read in the order of the paper's figure: config.go, model.go
// (embedding, layers, last norm, head), attention.go, rope.go, mlp.go. The same
// [Model.Forward] serves training, prompts and decoding, in float64 on the
// reference backend and in float32 on the fast one.
//
// The words used here:
//
//   - hidden state: the row of d numbers that a token's next one is predicted
//     from; what Forward returns.
//   - head: the map from hidden states to logits, one per token of the
//     vocabulary. [Model.LogProbs] never keeps logits.
//   - grouped queries: several query heads that read one key head.
//   - page: room for the keys and values of a few tokens in a [KVCache].
//   - session: a sequence that an [Engine] continues, turn after turn.
//   - adapter: see [nn.LoRA]; switched off, the model is its own reference.
//
// # Training
//
//	h := m.ForwardRows(tape, ids, tensor.NewRagged(lengths...), rows)
//	logp, entropy := m.LogProbs(h, targets, 1)
//
// # Sampling
//
//	e := llama.NewEngine(m, dev, llama.EngineOptions{})
//	s := e.NewSession()
//	e.Run(ctx, []*llama.Request{{Session: s, Feed: prompt, MaxNew: 64, …}}, done)
//
// What a session sampled has, to the bit, the log-probabilities that the
// training forward computes for it: package ppo relies on a first ratio of
// exactly 1.
//
// # Starting from nothing
//
// A model of half a million parameters does not learn in a few minutes to copy
// a name from its context, which is what tool calls are made of.
// [Model.InitCopy] starts it with heads that look one token back and heads that
// look for the same token earlier; [CopyTask] warms them up.
//
// Checkpoints, tokenizers and chat templates are in the folders below.
package llama
