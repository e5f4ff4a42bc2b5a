package autograd_test

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/tensor"
)

type (
	tape   = autograd.Tape
	value  = autograd.Value
	values = []*autograd.Value
)

// random returns a tensor of normal numbers named by its seed.
func random(dt kernels.DType, seed string, shape ...int) *tensor.Tensor {
	r := rng.New(1, "autograd test", seed)
	x := tensor.New(dt, shape...)
	for i := range x.Len() {
		x.Buf.Set(i, r.NormFloat64())
	}
	return x
}

func f64(seed string, shape ...int) *tensor.Tensor { return random(kernels.F64, seed, shape...) }

func param(name string, shape ...int) *autograd.Param {
	return autograd.NewParam(name, f64(name, shape...))
}

func fixed(name string, shape ...int) *autograd.Param {
	p := param(name, shape...)
	p.Trainable = false
	return p
}

func newTape(dt kernels.DType) *tape { return autograd.NewTape(ref.New(), dt) }

// ropeTable holds the angles p·10000^(−i/half).
func ropeTable(dt kernels.DType, positions, headDim int) *autograd.RoPETable {
	half := headDim / 2
	tab := &autograd.RoPETable{Cos: tensor.New(dt, positions, half), Sin: tensor.New(dt, positions, half)}
	for p := range positions {
		for i := range half {
			angle := float64(p) * math.Pow(10000, -float64(i)/float64(half))
			tab.Cos.Buf.Set(p*half+i, math.Cos(angle))
			tab.Sin.Buf.Set(p*half+i, math.Sin(angle))
		}
	}
	return tab
}

// block is a small transformer block and head: every operation at once.
type block struct {
	d, heads, kvHeads, headDim        int
	norm, q, k, v, o, gate, up, down  *autograd.Param
	loraA, loraB, embed, final, biasQ *autograd.Param
	table                             *autograd.RoPETable
	batch                             *tensor.Ragged
	ids, targets                      []int32
}

func newBlock(dt kernels.DType, lens ...int) *block {
	b := &block{d: 6, heads: 2, kvHeads: 1, headDim: 4, batch: tensor.NewRagged(lens...)}
	p := func(name string, shape ...int) *autograd.Param {
		return autograd.NewParam(name, random(dt, name, shape...))
	}
	d, qd, kd, h, vocab := b.d, b.heads*b.headDim, b.kvHeads*b.headDim, 10, 9
	b.norm, b.final, b.embed = p("norm", d), p("final", d), p("embed", vocab, d)
	b.q, b.k, b.v, b.o = p("q", qd, d), p("k", kd, d), p("v", kd, d), p("o", d, qd)
	b.gate, b.up, b.down = p("gate", h, d), p("up", h, d), p("down", d, h)
	b.loraA, b.loraB, b.biasQ = p("A", 2, d), p("B", qd, 2), p("biasQ", qd)
	b.table = ropeTable(dt, 64, b.headDim)
	r := rng.New(3, "block")
	for range b.batch.Rows() {
		b.ids = append(b.ids, int32(r.IntN(vocab)))
		b.targets = append(b.targets, int32(r.IntN(vocab)))
	}
	return b
}

func (b *block) params() []*autograd.Param {
	return []*autograd.Param{b.norm, b.q, b.k, b.v, b.o, b.gate, b.up, b.down, b.loraA, b.loraB, b.embed, b.final, b.biasQ}
}

func (b *block) layer(x *value) *value {
	h := autograd.RMSNorm(x, b.norm, 1e-6)
	q := autograd.LowRank(h, autograd.Linear(h, b.q, b.biasQ), b.loraA, b.loraB, 0.5)
	k, v := autograd.Linear(h, b.k, nil), autograd.Linear(h, b.v, nil)
	q = autograd.RoPE(q, b.table, b.batch.Pos, b.heads, b.headDim)
	k = autograd.RoPE(k, b.table, b.batch.Pos, b.kvHeads, b.headDim)
	a := autograd.Attention(q, k, v, b.shape(), b.batch.Seqs)
	x = autograd.Add(x, autograd.Linear(a, b.o, nil))
	h = autograd.RMSNorm(x, b.norm, 1e-6)
	return autograd.Add(x, autograd.Linear(autograd.SwiGLU(autograd.Linear(h, b.gate, nil), autograd.Linear(h, b.up, nil)), b.down, nil))
}

func (b *block) shape() kernels.AttentionShape {
	return kernels.AttentionShape{Heads: b.heads, KVHeads: b.kvHeads, HeadDim: b.headDim, Scale: 0.5}
}

// model embeds, runs two layers with the same weights, and scores targets. The
// embedding is tied to the head.
func (b *block) model(t *tape, checkpoint bool) (logp, entropy *value) {
	x := autograd.Embedding(t, b.embed, b.ids)
	for range 2 {
		if checkpoint {
			x = autograd.Checkpoint(t, values{x}, func(in values) values { return values{b.layer(in[0])} })[0]
		} else {
			x = b.layer(x)
		}
	}
	return autograd.LogProb(autograd.RMSNorm(x, b.final, 1e-6), b.embed, b.targets, 1.1)
}
