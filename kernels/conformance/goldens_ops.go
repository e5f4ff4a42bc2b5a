package conformance

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

func goldenRMSNorm(r *goldenRun) {
	T, d := r.Shapes["x"][0], r.Shapes["x"][1]
	y, rstd := r.m.out("y", T*d), r.m.out("rstd", T)
	x, w := r.in("x"), r.in("weight")
	r.b.RMSNorm(y, rstd, x, w, T, d, r.Eps)
	dx, dw := r.zeros("dx"), r.zeros("dweight")
	r.b.RMSNormBackward(dx, dw, r.in("dy"), x, w, rstd, T, d)
	r.want("y", "y", y)
	r.want("dweight", "dweight", dw)
	if d == 1 {
		r.exact = 1e-6
	}
	r.want("dx", "dx", dx)
}

func goldenSwiGLU(r *goldenRun) {
	n := len(r.floats("gate"))
	gate, up, y := r.in("gate"), r.in("up"), r.m.out("y", n)
	r.b.SwiGLU(y, gate, up, n)
	dgate, dup := r.zeros("dgate"), r.zeros("dup")
	r.b.SwiGLUBackward(dgate, dup, r.in("dy"), gate, up, n, true)
	r.want("y", "y", y)
	r.want("dgate", "dgate", dgate)
	r.want("dup", "dup", dup)
}

// goldenRoPE makes a table of the case's own positions from its inv_freq.
func goldenRoPE(r *goldenRun) {
	T, heads, headDim := r.Shapes["x"][0], r.Shapes["x"][1], r.Shapes["x"][2]
	freq, position := r.floats("inv_freq"), r.floats("position")
	var cos, sin []float64
	var pos []int32
	for t, p := range position {
		pos = append(pos, int32(t))
		for _, f := range freq {
			cos, sin = append(cos, math.Cos(p*f)), append(sin, math.Sin(p*f))
		}
	}
	c, s := r.m.in("cos", cos), r.m.in("sin", sin)
	y, dx := r.m.out("y", T*heads*headDim), r.m.out("dx", T*heads*headDim)
	r.b.RoPE(y, r.in("x"), c, s, pos, heads, headDim, false)
	r.b.RoPE(dx, r.in("dy"), c, s, pos, heads, headDim, true)
	r.want("y", "y", y)
	r.want("dx", "dx", dx)
}

func goldenAttention(r *goldenRun) {
	a := kernels.AttentionShape{Heads: r.Heads, KVHeads: r.KVHeads, HeadDim: r.HeadDim, Scale: 1 / math.Sqrt(float64(r.HeadDim))}
	var seqs []kernels.Seq
	q0, k0 := 0, 0
	for i, n := range r.QLengths {
		seqs = append(seqs, kernels.Seq{Q0: int32(q0), Qn: int32(n), Pos0: int32(r.KLengths[i] - n), K0: int32(k0)})
		q0, k0 = q0+n, k0+r.KLengths[i]
	}
	q, k, v := r.in("q"), r.in("k"), r.in("v")
	o, lse := r.m.out("o", q.Len()), r.m.out("lse", q0*r.Heads)
	r.b.Attention(o, lse, q, k, v, a, seqs)
	dq, dk, dv := r.zeros("dq"), r.zeros("dk"), r.zeros("dv")
	r.b.AttentionBackward(dq, dk, dv, r.in("dout"), o, lse, q, k, v, a, seqs, true)
	r.want("out", "out", o)
	r.want("dq", "dq", dq)
	r.want("dk", "dk", dk)
	r.want("dv", "dv", dv)
}

// goldenLogProb covers the log-probabilities and two gradients: of the weighted
// mean loss −Σ w·logp/Σ w, and of arbitrary upstream values.
func goldenLogProb(r *goldenRun) {
	T, V := r.Shapes["logits"][0], r.Shapes["logits"][1]
	targets, weight := r.ints("target"), r.floats("weight")
	logp, entropy, lse := r.m.out("logp", T), r.m.out("entropy", T), r.m.out("lse", T)
	r.b.LogProb(logp, entropy, lse, r.in("logits"), targets, T, V, 1)
	sum, loss := 0.0, 0.0
	for _, w := range weight {
		sum += w
	}
	dlogp := make([]float64, T)
	for i, w := range weight {
		dlogp[i] = -w / sum
		loss -= w * logp.At(i) / sum
	}
	gradient := func(dlogp, dentropy kernels.Buffer) kernels.Buffer {
		z := r.m.inout("dlogits", r.floats("logits"))
		r.b.LogProbBackward(z, lse, entropy, targets, dlogp, dentropy, T, V, 1)
		return z
	}
	r.want("logp", "logp", logp)
	r.want("entropy", "entropy", entropy)
	r.want("loss", "loss", kernels.Of([]float64{loss}))
	r.want("dlogits_loss", "dlogits_loss", gradient(r.m.in("dlogp", dlogp), kernels.Buffer{}))
	r.want("dlogits_mix", "dlogits_mix", gradient(r.in("dlogp"), r.in("dentropy")))
}

// goldenAdamW follows p, m and v of every tensor through the steps.
func goldenAdamW(r *goldenRun) {
	for i := range r.Tensors {
		name := func(kind string, step int) string { return fmt.Sprintf("%s.%d.%d", kind, step, i) }
		p0 := r.floats(name("p", 0))
		n := len(p0)
		p, m, v := r.m.inout("p", p0), r.m.inout("m", make([]float64, n)), r.m.inout("v", make([]float64, n))
		decay := r.WeightDecay
		if len(r.Shapes[name("p", 0)]) != 2 {
			decay = 0
		}
		for k, lr := range r.LR {
			step := k + 1
			r.b.AdamW(p, r.in(name("g", step)), m, v, kernels.Buffer{}, n, kernels.AdamWStep{
				LR: lr, Beta1: r.Betas[0], Beta2: r.Betas[1], Eps: r.Eps, WeightDecay: decay, GradScale: 1,
				Correction1: 1 - math.Pow(r.Betas[0], float64(step)), Correction2: 1 - math.Pow(r.Betas[1], float64(step)),
			})
			r.want(name("p", step), "p", p)
			r.want(name("m", step), "m", m)
			r.want(name("v", step), "v", v)
		}
	}
}

// goldenClip is what clipping by the global norm asks of a backend: a sum of
// squares that does not overflow, and a scaling.
func goldenClip(r *goldenRun) {
	sum := 0.0
	var grads []kernels.Buffer
	for i := range r.Tensors {
		g := r.m.inout("g", r.floats(fmt.Sprintf("g.%d", i)))
		grads = append(grads, g)
		sum += r.b.SumSquares(g, g.Len())
	}
	norm := math.Sqrt(sum)
	coefficient := min(1, r.MaxNorm/(norm+1e-6))
	r.want("norm", "norm", kernels.Of([]float64{norm}))
	r.want("coefficient", "coefficient", kernels.Of([]float64{coefficient}))
	for i, g := range grads {
		r.b.Scale(g, coefficient, g.Len())
		r.want(fmt.Sprintf("clipped.%d", i), "clipped", g)
	}
}
