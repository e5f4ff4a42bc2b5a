package autograd_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/autograd/gradcheck"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Every operation against finite differences, alone.
func TestGradients(t *testing.T) {
	type test struct {
		params []*autograd.Param
		inputs []*tensor.Tensor
		f      func(t *tape, in values) values
	}
	ps := func(p ...*autograd.Param) []*autograd.Param { return p }
	xs := func(x ...*tensor.Tensor) []*tensor.Tensor { return x }
	embed, norm, head := param("embed", 7, 3), param("norm", 4), param("head", 7, 5)
	w, bias, wide := param("w", 3, 5), param("bias", 3), param("wide", 6, 5)
	v, v2 := param("v", 3, 5), param("v2", 3, 5)
	a, b := param("a", 2, 5), param("b", 3, 2)
	fixedW, fixedHead, fixedNorm := fixed("w", 3, 5), fixed("head", 7, 5), fixed("norm", 4)
	table := ropeTable(kernels.F64, 9, 6)
	gqa := kernels.AttentionShape{Heads: 4, KVHeads: 2, HeadDim: 3, Scale: 0.6}
	ragged := tensor.NewRagged(3, 1, 5)
	prefix := []kernels.Seq{{Q0: 0, Qn: 2, Pos0: 3, K0: 0}, {Q0: 2, Qn: 1, Pos0: 0, K0: 5}}
	targets := []int32{6, 0, 3, 3}

	for name, c := range map[string]test{
		"Embedding": {ps(embed), nil, func(t *tape, _ values) values {
			return values{autograd.Embedding(t, embed, []int32{6, 0, 6, 2})}
		}},
		"RMSNorm": {ps(norm), xs(f64("x", 3, 4)), func(_ *tape, in values) values {
			return values{autograd.RMSNorm(in[0], norm, 1e-5)}
		}},
		"RMSNorm per head": {ps(norm), xs(f64("x", 3, 12)), func(_ *tape, in values) values {
			return values{autograd.RMSNorm(in[0], norm, 1e-5)}
		}},
		"RMSNorm fixed weight": {ps(fixedNorm), xs(f64("x", 3, 4)), func(_ *tape, in values) values {
			return values{autograd.RMSNorm(in[0], fixedNorm, 1e-5)}
		}},
		"RMSNorm of a constant": {ps(norm), nil, func(t *tape, _ values) values {
			return values{autograd.RMSNorm(t.Constant(f64("x", 3, 4)), norm, 1e-5)}
		}},
		"Linear": {ps(w), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			return values{autograd.Linear(in[0], w, nil)}
		}},
		"Linear with bias": {ps(w, bias), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			return values{autograd.Linear(in[0], w, bias)}
		}},
		"Linear fixed weight": {ps(fixedW, bias), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			return values{autograd.Linear(in[0], fixedW, bias)}
		}},
		"Linear of a constant": {ps(w, bias), nil, func(t *tape, _ values) values {
			return values{autograd.Linear(t.Constant(f64("x", 4, 5)), w, bias)}
		}},
		"Linear, three uses": {ps(w, a), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			return values{autograd.Linear(in[0], w, nil), autograd.Linear(in[0], a, nil), autograd.Linear(in[0], w, nil)}
		}},
		"Linears": {ps(w, bias, v, wide), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			m := []autograd.Map{{W: w, With: autograd.With{Bias: bias}}, {W: v}, {W: wide}}
			autograd.Linears(in[0], m)
			return values{autograd.ReLU(m[0].Y), m[1].Y, m[2].Y, in[0]}
		}},
		"Linears, gated": {ps(w, bias, v), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			m := []autograd.Map{{W: w, With: autograd.With{Bias: bias}}, {W: v, Gated: true}}
			autograd.Linears(in[0], m)
			return values{m[1].Y}
		}},
		"Linears, the gate used elsewhere too": {ps(w, v), xs(f64("x", 4, 5), f64("y", 4, 3)), func(_ *tape, in values) values {
			m := []autograd.Map{{W: w}, {W: v, With: autograd.With{Add: in[1]}, Gated: true}}
			autograd.Linears(in[0], m)
			return values{m[1].Y, autograd.ReLU(m[0].Y)}
		}},
		"Linears with adapters": {ps(a, b, v), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			low := autograd.With{A: a, B: b, Scale: 1.5}
			m := []autograd.Map{{W: fixedW, With: low}, {W: v}, {W: v2, With: low}}
			autograd.Linears(in[0], m)
			return values{m[0].Y, m[1].Y, m[2].Y}
		}},
		"Linears, one result used": {ps(v), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			m := []autograd.Map{{W: wide}, {W: v}, {W: w}}
			autograd.Linears(in[0], m)
			return values{m[1].Y}
		}},
		"Linears of a constant": {ps(w, v), nil, func(t *tape, _ values) values {
			m := []autograd.Map{{W: w}, {W: fixedW}, {W: v}}
			autograd.Linears(t.Constant(f64("x", 4, 5)), m)
			return values{m[0].Y, m[1].Y, m[2].Y}
		}},
		"LowRank": {ps(a, b), xs(f64("x", 4, 5), f64("y", 4, 3)), func(_ *tape, in values) values {
			return values{autograd.LowRank(in[0], in[1], a, b, 1.5)}
		}},
		"LowRank over a fixed map": {ps(a, b, fixedW), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			return values{autograd.LowRank(in[0], autograd.Linear(in[0], fixedW, nil), a, b, 1.5)}
		}},
		"LowRank of a constant": {ps(a, b), xs(f64("y", 4, 3)), func(t *tape, in values) values {
			return values{autograd.LowRank(t.Constant(f64("x", 4, 5)), in[0], a, b, 1.5)}
		}},
		"RoPE": {nil, xs(f64("x", 3, 12)), func(_ *tape, in values) values {
			return values{autograd.RoPE(in[0], table, []int32{0, 8, 3}, 2, 6)}
		}},
		"RoPE over a product": {ps(wide), xs(f64("x", 3, 5)), func(_ *tape, in values) values {
			return values{autograd.RoPEOver(autograd.Linear(in[0], wide, nil), table, []int32{0, 8, 3}, 1, 6)}
		}},
		"RoPE, two uses": {nil, xs(f64("x", 3, 12)), func(_ *tape, in values) values {
			y := autograd.RoPE(in[0], table, []int32{0, 8, 3}, 2, 6)
			return values{autograd.Add(y, in[0]), y, autograd.RoPE(in[0], table, []int32{1, 1, 1}, 2, 6)}
		}},
		"Attention": {nil, xs(f64("q", 9, 12), f64("k", 9, 6), f64("v", 9, 6)), func(_ *tape, in values) values {
			return values{autograd.Attention(in[0], in[1], in[2], gqa, ragged.Seqs)}
		}},
		"Attention after a prefix": {nil, xs(f64("q", 3, 12), f64("k", 6, 6), f64("v", 6, 6)), func(_ *tape, in values) values {
			return values{autograd.Attention(in[0], in[1], in[2], gqa, prefix)}
		}},
		"Attention, fixed keys": {nil, xs(f64("q", 9, 12), f64("v", 9, 6)), func(t *tape, in values) values {
			return values{autograd.Attention(in[0], t.Constant(f64("k", 9, 6)), in[1], gqa, ragged.Seqs)}
		}},
		"SwiGLU": {nil, xs(f64("g", 3, 5), f64("u", 3, 5)), func(_ *tape, in values) values {
			return values{autograd.SwiGLU(in[0], in[1])}
		}},
		"SwiGLU of one value": {nil, xs(f64("g", 3, 5)), func(_ *tape, in values) values {
			return values{autograd.SwiGLU(in[0], in[0])}
		}},
		"ReLU": {nil, xs(f64("x", 3, 5)), func(_ *tape, in values) values {
			return values{autograd.ReLU(in[0])}
		}},
		"Add": {nil, xs(f64("a", 3, 5), f64("b", 3, 5)), func(_ *tape, in values) values {
			y := autograd.Add(in[0], in[1])
			return values{autograd.Add(y, in[1]), y}
		}},
		"Add of one value": {nil, xs(f64("a", 3, 5)), func(_ *tape, in values) values {
			y := autograd.Add(in[0], in[0])
			return values{autograd.Add(y, y), autograd.Add(in[0], y)}
		}},
		"GatherRows": {nil, xs(f64("x", 5, 3)), func(_ *tape, in values) values {
			return values{autograd.GatherRows(in[0], []int32{4, 0, 4, 2}), autograd.GatherRows(in[0], []int32{1})}
		}},
		"LogProb": {ps(head), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			logp, entropy := autograd.LogProb(in[0], head, targets, 1/0.7)
			return values{logp, entropy}
		}},
		"LogProb alone": {ps(head), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			logp, _ := autograd.LogProb(in[0], head, targets, 1)
			return values{logp}
		}},
		"LogProb, entropy alone": {ps(head), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			_, entropy := autograd.LogProb(in[0], head, targets, 2)
			return values{entropy}
		}},
		"LogProb, fixed head": {ps(fixedHead), xs(f64("x", 4, 5)), func(_ *tape, in values) values {
			logp, entropy := autograd.LogProb(in[0], fixedHead, targets, 1)
			return values{logp, entropy}
		}},
		"Checkpoint": {ps(w, bias), xs(f64("x", 4, 5), f64("y", 4, 3)), func(t *tape, in values) values {
			out := autograd.Checkpoint(t, in, func(in values) values {
				h := autograd.ReLU(autograd.Linear(in[0], w, bias))
				return values{autograd.SwiGLU(h, in[1]), autograd.Add(h, in[1]), in[1]}
			})
			return append(out, autograd.Add(out[0], in[1]))
		}},
		"Checkpoint in a checkpoint": {ps(w, norm), xs(f64("x", 4, 5)), func(t *tape, in values) values {
			return autograd.Checkpoint(t, in, func(in values) values {
				h := autograd.Checkpoint(t, in, func(in values) values {
					g := autograd.Checkpoint(t, in, func(in values) values {
						return values{autograd.SwiGLU(in[0], in[0])}
					})
					return values{autograd.Linear(g[0], w, nil)}
				})
				return values{autograd.SwiGLU(h[0], h[0]), autograd.Linear(in[0], w, nil)}
			})
		}},
		"Checkpoint of constants": {ps(w), nil, func(t *tape, _ values) values {
			return autograd.Checkpoint(t, values{t.Constant(f64("x", 4, 5))}, func(in values) values {
				return values{autograd.Linear(in[0], w, nil)}
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			gradcheck.Check(t, gradcheck.Case{Params: c.params, Inputs: c.inputs, F: c.f})
		})
	}
}

// All operations together, as in a model: residual stream, tied embedding, GQA,
// LoRA, ragged sequences; with and without checkpoints, and with weights that
// are held fixed in between.
func TestGradientsOfATransformer(t *testing.T) {
	for name, checkpoint := range map[string]bool{"plain": false, "checkpoint": true} {
		t.Run(name, func(t *testing.T) {
			b := newBlock(kernels.F64, 3, 1, 4)
			for _, p := range []*autograd.Param{b.k, b.up, b.norm} {
				p.Trainable = false
			}
			gradcheck.Check(t, gradcheck.Case{Params: b.params(), F: func(t *tape, _ values) values {
				logp, entropy := b.model(t, checkpoint)
				return values{logp, entropy}
			}})
		})
	}
}
