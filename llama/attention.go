package llama

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn"
)

// Attention is causal multi-head attention with rotary positions (Vaswani et
// al. 2017; Su et al. 2021). With fewer key than query heads, Heads/KVHeads
// query heads share one key head (Ainslie et al. 2023).
type Attention struct {
	Q *nn.Linear `hf:"q_proj"` // [heads·headDim, d]
	K *nn.Linear `hf:"k_proj"` // [kvHeads·headDim, d]
	V *nn.Linear `hf:"v_proj"` // [kvHeads·headDim, d]
	O *nn.Linear `hf:"o_proj"` // [d, heads·headDim]

	QNorm *nn.RMSNorm `hf:"q_norm"` // [headDim], on every head; nil except Qwen3
	KNorm *nn.RMSNorm `hf:"k_norm"`

	shape kernels.AttentionShape
}

func newAttention(c Config, dt kernels.DType) *Attention {
	a := &Attention{
		Q: nn.NewLinear(dt, c.HiddenSize, c.QDim(), c.QKVBias()),
		K: nn.NewLinear(dt, c.HiddenSize, c.KVDim(), c.QKVBias()),
		V: nn.NewLinear(dt, c.HiddenSize, c.KVDim(), c.QKVBias()),
		O: nn.NewLinear(dt, c.QDim(), c.HiddenSize, c.OutBias()),
		shape: kernels.AttentionShape{
			Heads: c.NumAttentionHeads, KVHeads: c.NumKeyValueHeads, HeadDim: c.HeadDim,
			Scale: 1 / math.Sqrt(float64(c.HeadDim)),
		},
	}
	if c.QKNorm() {
		a.QNorm = nn.NewRMSNorm(dt, c.HeadDim, c.RMSNormEps)
		a.KNorm = nn.NewRMSNorm(dt, c.HeadDim, c.RMSNormEps)
	}
	return a
}

// forward returns residual + attention(x).
func (a *Attention) forward(x, residual *autograd.Value, p *pass) *autograd.Value {
	q, k, v := nn.Forward3(x, a.Q, a.K, a.V)
	q = a.rotated(q, a.QNorm, a.shape.Heads, p)
	k = a.rotated(k, a.KNorm, a.shape.KVHeads, p)
	p.show(p.layer, QueryRoPE, q)
	p.show(p.layer, KeyRoPE, k)
	p.show(p.layer, Value, v)

	var context *autograd.Value
	if p.cache == nil {
		context = autograd.Attention(q, k, v, a.shape, p.batch.Seqs)
	} else {
		p.cache.store(p.layer, k.Data(), v.Data(), p.batch.Seqs)
		context = autograd.AttentionCached(q, p.cache.k[p.layer], p.cache.v[p.layer], a.shape, p.batch.Seqs)
	}
	context = p.narrow(p.show(p.layer, AttnContext, context))
	return p.add(AttnOut, a.O, context, residual)
}

// rotated turns queries or keys y by their positions.
func (a *Attention) rotated(y *autograd.Value, norm *nn.RMSNorm, heads int, p *pass) *autograd.Value {
	if norm != nil {
		y = norm.Forward(y)
	}
	return autograd.RoPEOver(y, p.rope, p.batch.Pos, heads, a.shape.HeadDim)
}
