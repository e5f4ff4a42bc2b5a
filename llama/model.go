package llama

import (
	"fmt"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// Model is a decoder, read from top to bottom as in the figure of the paper:
// token embedding, a stack of layers, a last norm, and the map to the
// vocabulary.
//
// A Model is for one goroutine at a time: Forward extends the table of rotary
// angles and packs weights for the backend, both kept for the next call.
type Model struct {
	Config Config

	Embed  *nn.Embedding `hf:"model.embed_tokens"` // [V, d]
	Layers []*Layer      `hf:"model.layers"`
	Norm   *nn.RMSNorm   `hf:"model.norm"`
	Head   *nn.Linear    `hf:"lm_head"` // [V, d]; nil when tied to Embed

	// Probe, if set, is shown intermediate values of every forward pass: see
	// [Point]. For tests and for looking inside; it must not keep v.
	Probe func(layer int, point Point, v *autograd.Value)

	rope ropeCache
}

// Layer is one block of the decoder: x + attention(norm x), then
// x + mlp(norm x).
type Layer struct {
	AttnNorm *nn.RMSNorm `hf:"input_layernorm"`
	Attn     *Attention  `hf:"self_attn"`
	MLPNorm  *nn.RMSNorm `hf:"post_attention_layernorm"`
	MLP      *MLP        `hf:"mlp"`

	// Recompute trades time for memory (activation checkpointing, Chen et al.
	// 2016): only the input of the layer is kept for the backward pass, which
	// runs the layer's forward again. Results have the same bits.
	Recompute bool
}

// New returns a model of the configuration with norms 1 and everything else 0,
// all of it trainable. [Model.Init], [Model.InitCopy] or package hf fill it.
func New(cfg Config, dt kernels.DType) (*Model, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	d := cfg.HiddenSize
	m := &Model{Config: cfg, Embed: nn.NewEmbedding(dt, cfg.VocabSize, d), Norm: nn.NewRMSNorm(dt, d, cfg.RMSNormEps)}
	for range cfg.NumHiddenLayers {
		m.Layers = append(m.Layers, &Layer{
			AttnNorm: nn.NewRMSNorm(dt, d, cfg.RMSNormEps),
			Attn:     newAttention(cfg, dt),
			MLPNorm:  nn.NewRMSNorm(dt, d, cfg.RMSNormEps),
			MLP:      newMLP(cfg, dt),
		})
	}
	if !cfg.TieWordEmbeddings {
		m.Head = nn.NewLinear(dt, d, cfg.VocabSize, false)
	}
	nn.Name(m, "")
	nn.SetTrainable(m, true)
	return m, nil
}

// DType returns the element type of the weights.
func (m *Model) DType() kernels.DType { return m.Embed.W.Data.Buf.DType }

// HeadParam returns the map to the vocabulary, [V, d]: the embedding matrix
// when the model ties the two.
func (m *Model) HeadParam() *autograd.Param {
	if m.Head == nil {
		return m.Embed.W
	}
	return m.Head.W
}

// Forward computes the hidden states after the last norm, [T, d], for token
// ids [T] laid out as batch says.
//
// Without a cache every sequence of the batch is whole: this is the training
// forward, recorded on the tape. With a cache the rows are the continuation of
// sequences whose earlier keys and values lie in the pages that batch.Seqs
// name; the new ones are written there. Both give each row the same bits.
func (m *Model) Forward(t *autograd.Tape, ids []int32, batch *tensor.Ragged, cache *KVCache) *autograd.Value {
	return m.forward(t, ids, batch, cache, nil)
}

// ForwardRows is the training forward for some rows of the batch, in the order
// given: hidden states [len(rows), d] with the bits that Forward gives them. In
// the last layer the other rows are keys and values only, so what follows its
// attention is not computed for them. With a loss on a third of the tokens this
// saves a sixth of the work of a model of four layers.
func (m *Model) ForwardRows(t *autograd.Tape, ids []int32, batch *tensor.Ragged, rows []int32) *autograd.Value {
	return m.forward(t, ids, batch, nil, rows)
}

func (m *Model) forward(t *autograd.Tape, ids []int32, batch *tensor.Ragged, cache *KVCache, rows []int32) *autograd.Value {
	if len(ids) != batch.Rows() {
		panic(fmt.Sprintf("llama: Model.Forward: %d ids for a batch of %d rows", len(ids), batch.Rows()))
	}
	p := &pass{model: m, batch: batch, cache: cache, rows: rows, rope: m.rope.table(m.Config, m.DType(), batch.Pos)}
	x := m.Embed.Forward(t, ids)
	p.show(-1, Residual, x)
	for i, l := range m.Layers {
		p.layer = i
		if l.Recompute && t.Recording() {
			q := *p // the recomputation must still know its layer
			x = autograd.Checkpoint(t, []*autograd.Value{x}, func(in []*autograd.Value) []*autograd.Value {
				return []*autograd.Value{l.forward(in[0], &q)}
			})[0]
		} else {
			x = l.forward(x, p)
		}
		p.show(i, Residual, x)
	}
	x = m.Norm.Forward(x)
	p.show(len(m.Layers), Residual, x)
	return x
}

func (l *Layer) forward(x *autograd.Value, p *pass) *autograd.Value {
	residual := p.narrow(x)
	x = l.Attn.forward(p.show(p.layer, AttnNorm, l.AttnNorm.Forward(x)), residual, p)
	return l.MLP.forward(p.show(p.layer, MLPNorm, l.MLPNorm.Forward(x)), x, p)
}

// LogProbs returns for each row i of the hidden states h [n, d] the
// log-probability of targets[i] as the next token, and the entropy in nats of
// that prediction, both [n], at temperature 1/invTemp. Logits are never kept: see
// [autograd.LogProb].
func (m *Model) LogProbs(h *autograd.Value, targets []int32, invTemp float64) (logp, entropy *autograd.Value) {
	return autograd.LogProb(h, m.HeadParam(), targets, invTemp)
}

// Logits returns [T, V] for hidden states h [T, d].
func (m *Model) Logits(h *autograd.Value) *autograd.Value {
	return autograd.Linear(h, m.HeadParam(), nil)
}
