package bench

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// attentionCases count the operations of the causal half alone: 4·d for each
// pair of a query and a key it sees forward, 10·d backward (five products).
func attentionCases() []Case {
	var list []Case
	for _, s := range []struct{ B, H, KV, S, D int }{
		{16, 3, 3, 270, 32}, {8, 8, 8, 256, 32}, {1, 9, 3, 512, 64}, {1, 14, 2, 512, 64}, {1, 14, 2, 2048, 64}, {1, 16, 16, 2048, 128},
	} {
		name := fmt.Sprintf("causal/B%dH%dkv%dS%dD%d", s.B, s.H, s.KV, s.S, s.D)
		flops := 4 * float64(s.B*s.H*s.D) * float64(s.S) * float64(s.S+1) / 2
		shape := fmt.Sprintf("%d×%d", s.B, s.S)
		target := 0.25
		if s.D >= 64 {
			target = 0.40
		}
		list = append(list,
			Case{Name: "AttnFwd/" + name, Shape: shape, Flops: flops, Target: target, Setup: attentionForward(s.B, s.H, s.KV, s.S, s.D, kernels.F32)},
			Case{Name: "AttnFwdBwd/" + name, Shape: shape, Flops: 3.5 * flops, Target: target, Setup: attentionBoth(s.B, s.H, s.KV, s.S, s.D, kernels.F32)},
			Case{Name: "AttnFwd/bf16/" + name, Shape: shape, Flops: flops, Setup: attentionForward(s.B, s.H, s.KV, s.S, s.D, kernels.BF16)},
			Case{Name: "AttnFwdBwd/bf16/" + name, Shape: shape, Flops: 3.5 * flops, Setup: attentionBoth(s.B, s.H, s.KV, s.S, s.D, kernels.BF16)})
	}
	for _, s := range []struct{ B, H, KV, S, D int }{{64, 3, 3, 200, 32}, {1, 3, 3, 200, 32}, {1, 9, 3, 1024, 64}, {1, 14, 2, 128, 64}, {1, 14, 2, 1024, 64}, {1, 14, 2, 8192, 64}} {
		name, shape := fmt.Sprintf("B%dH%dkv%d/ctx%d", s.B, s.H, s.KV, s.S), fmt.Sprintf("%d×%d", s.B, s.S)
		numbers := 2 * float64(s.B*s.S*s.KV*s.D) // of keys and values
		list = append(list,
			Case{Name: "AttnDecode/" + name, Shape: shape, Bytes: 4 * numbers, Setup: attentionDecode(s.B, s.H, s.KV, s.S, s.D, kernels.F32)},
			Case{Name: "AttnDecode/bf16/" + name, Shape: shape, Bytes: 2 * numbers, Setup: attentionDecode(s.B, s.H, s.KV, s.S, s.D, kernels.BF16)})
	}
	return list
}

func attentionForward(B, H, KV, S, D int, compute kernels.DType) func(e *Env) func() {
	return func(e *Env) func() {
		a := newAttn(e, B, H, KV, S, D, false, compute)
		return func() { a.forward(e.Backend) }
	}
}

func attentionBoth(B, H, KV, S, D int, compute kernels.DType) func(e *Env) func() {
	return func(e *Env) func() {
		a := newAttn(e, B, H, KV, S, D, false, compute)
		dq, dk, dv, do := e.zeros(a.q.Len()), e.zeros(a.k.Len()), e.zeros(a.k.Len()), e.buf(a.q.Len())
		return func() {
			a.forward(e.Backend)
			e.Backend.AttentionBackward(dq, dk, dv, do, a.o, a.lse, a.q, a.k, a.v, a.shape, a.seqs, false)
		}
	}
}

// attentionDecode has its keys and values in bfloat16 if that is what it computes in.
func attentionDecode(B, H, KV, S, D int, compute kernels.DType) func(e *Env) func() {
	return func(e *Env) func() {
		a := newAttn(e, B, H, KV, S, D, true, compute)
		if compute == kernels.BF16 {
			a.k, a.v = rounded(a.k), rounded(a.v)
		}
		return func() { a.forward(e.Backend) }
	}
}

func rounded(x kernels.Buffer) kernels.Buffer {
	y := make([]kernels.BFloat16, x.Len())
	for i, v := range x.F32() {
		y[i] = kernels.RoundBF16(v)
	}
	return kernels.Of(y)
}

// attn is a batch of sequences of one length.
type attn struct {
	shape           kernels.AttentionShape
	seqs            []kernels.Seq
	q, k, v, o, lse kernels.Buffer
}

// newAttn makes B sequences of S positions; decode keeps only the last query of each.
func newAttn(e *Env, B, H, KV, S, D int, decode bool, compute kernels.DType) *attn {
	a := &attn{shape: kernels.AttentionShape{Heads: H, KVHeads: KV, HeadDim: D, Scale: 1 / math.Sqrt(float64(D)), Compute: compute}}
	if got := e.Backend.AttentionCompute(a.shape); got != compute {
		e.Skip(fmt.Sprintf("attention is computed in %v here", got))
	}
	n, first := S, 0
	if decode {
		n, first = 1, S-1
	}
	for i := range B {
		a.seqs = append(a.seqs, kernels.Seq{Q0: int32(i * n), Qn: int32(n), Pos0: int32(first), K0: int32(i * S)})
	}
	a.q, a.o, a.lse = e.buf(B*n*H*D), e.zeros(B*n*H*D), e.zeros(B*n*H)
	a.k, a.v = e.buf(B*S*KV*D), e.buf(B*S*KV*D)
	return a
}

func (a *attn) forward(b kernels.Backend) {
	b.Attention(a.o, a.lse, a.q, a.k, a.v, a.shape, a.seqs)
}
