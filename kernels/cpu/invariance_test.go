package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// a program runs every kernel once on random operands of one size and returns
// all outputs. The same seed gives the same operands.
func program(b *Backend, r *rand.Rand, T, N, K int) map[string][]float32 {
	out := map[string][]float32{}
	get := func(name string, n int) kernels.Buffer { out[name] = normals(r, n); return of(out[name]) }
	in := func(n int) kernels.Buffer { return of(normals(r, n)) }

	w := &kernels.Weight{Raw: in(N * K), N: N, K: K}
	b.Pack(w)
	x, dy := in(T*K), in(T*N)
	y := get("y", T*N)
	b.Linear(y, x, w, T, kernels.Epilogue{Bias: in(N), Add: y})
	b.LinearBackwardX(get("dx", T*K), dy, w, T, true)
	b.LinearBackwardW(get("dw", N*K), get("dbias", N), dy, x, T, N, K, kernels.F32)

	b.RMSNorm(get("norm", T*K), get("rstd", T), x, in(K), T, K, 1e-5)
	b.RMSNormBackward(get("norm dx", T*K), get("norm dw", K), in(T*K), x, in(K), of(out["rstd"]), T, K)
	b.RMSNormAdd(get("normadd", T*K), get("normadd sum", T*K), get("normadd rstd", T), x, in(T*K), in(K), T, K, 1e-5)
	b.Add(get("add", T*K), x, in(T*K), T*K)
	for name, f := range map[string]func(y, x kernels.Buffer, n int){"exp": b.Exp, "log": b.Log, "tanh": b.Tanh, "rsqrt": b.Rsqrt, "relu": b.ReLU} {
		out[name] = make([]float32, T*K)
		f(of(out[name]), x, T*K)
	}
	b.SwiGLU(get("swiglu", T*K), x, in(T*K), T*K)
	b.SwiGLUBackward(get("dgate", T*K), get("dup", T*K), in(T*K), x, in(T*K), T*K, true)

	ids := make([]int32, T)
	for i := range ids {
		ids[i] = int32(r.IntN(N))
	}
	table := in(N * K)
	b.Embedding(get("embedding", T*K), table, ids, K)
	b.EmbeddingBackward(get("dtable", N*K), in(T*K), ids, K)
	b.LogProb(get("logp", T), get("entropy", T), get("lse", T), dy, ids, T, N, 1.3)
	b.LogProbBackward(get("dlogits", T*N), of(out["lse"]), of(out["entropy"]), ids, in(T), in(T), T, N, 1.3)
	b.CrossEntropy(get("ce logp", T), get("ce dlogits", T*N), ids, in(T), T, N, 1.3)
	half, pos := 1+K/8, make([]int32, T)
	for i := range pos {
		pos[i] = int32(i % 7)
	}
	b.RoPE(get("rope", T*4*half), in(T*4*half), in(7*half), in(7*half), pos, 2, 2*half, true)
	best := make([]int32, T)
	b.ArgMax(best, dy, T, N)
	for _, d := range best {
		out["argmax"] = append(out["argmax"], float32(d))
	}
	u, draws := make([]float64, T), make([]int32, T)
	for i := range u {
		u[i] = r.Float64()
	}
	b.Sample(draws, dy, of(out["lse"]), u, T, N, 1.3)
	for _, d := range draws {
		out["draws"] = append(out["draws"], float32(d))
	}

	a := kernels.AttentionShape{Heads: 4, KVHeads: 2, HeadDim: 2 * (1 + K/16), Scale: 0.3}
	seqs, _ := packedSeqs([]int{T / 2, T / 3, T - T/2 - T/3})
	nq, nk := T*a.Heads*a.HeadDim, T*a.KVHeads*a.HeadDim
	q, k, v := in(nq), in(nk), in(nk)
	b.Attention(get("o", nq), get("attention lse", T*a.Heads), q, k, v, a, seqs)
	b.AttentionBackward(get("dq", nq), get("dk", nk), get("dv", nk), in(nq), of(out["o"]), of(out["attention lse"]), q, k, v, a, seqs, true)

	p := get("p", N*K)
	b.AdamW(p, table, get("m", N*K), kernels.Of(positive(r, out, N*K)), kernels.Buffer{}, N*K, kernels.AdamWStep{LR: .1, Beta1: .9, Beta2: .99, Eps: 1e-8, Correction1: .1, Correction2: .01, GradScale: .3})
	b.AddScaled(p, table, 0.7, N*K)
	h, squares := make([]kernels.BFloat16, N*K), make([]float32, N*K)
	out["v16"] = squares
	b.AdamW(get("p16", N*K), table, get("m16", N*K), of(squares), kernels.Of(h), N*K, kernels.AdamWStep{LR: .1, Beta1: .9, Beta2: .99, Eps: 1e-8, Correction1: .1, Correction2: .01, GradScale: .3})
	for _, v := range h {
		out["copy"] = append(out["copy"], float32(v))
	}
	out["norm²"] = []float32{float32(b.SumSquares(p, N*K))}
	return out
}

func positive(r *rand.Rand, out map[string][]float32, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = r.Float32()
	}
	out["v"] = v
	return v
}

// The number of workers changes no bit. Sizes are random, so that pieces and
// tiles end anywhere.
func TestWorkersGiveSameBits(t *testing.T) {
	for _, impl := range vectorImpls() {
		r := stream(t, impl)
		for trial := range 4 {
			T, N, K := 1+r.IntN(300), 1+r.IntN(200), 1+r.IntN(120)
			if trial == 0 {
				T, N, K = 700, 96, 96
			}
			want := program(open(t, impl, 1), stream(t, impl, trial), T, N, K)
			for _, workers := range []int{2, 3, 8} {
				got := program(open(t, impl, workers), stream(t, impl, trial), T, N, K)
				for name, w := range want {
					same(t, fmt.Sprintf("%s, %d workers, T=%d N=%d K=%d: %s", impl, workers, T, N, K, name), got[name], w)
				}
			}
		}
	}
}

// A row has the same bits alone, in company, and at any place.
func TestBatchInvariance(t *testing.T) {
	for _, impl := range vectorImpls() {
		b := open(t, impl, 3)
		r := stream(t, impl)
		for range 6 {
			T, N, K := 2+r.IntN(100), 1+r.IntN(150), 1+r.IntN(300)
			w := &kernels.Weight{Raw: of(normals(r, N*K)), N: N, K: K}
			b.Pack(w)
			x, norm, bias := normals(r, T*K), normals(r, K), normals(r, N)
			whole := rowPath(b, x, norm, bias, w, T)
			for at := 0; at < T; {
				n := min(T-at, 1+r.IntN(17))
				part := rowPath(b, x[at*K:(at+n)*K], norm, bias, w, n)
				for i := range part {
					size := len(whole[i]) / T
					same(t, fmt.Sprintf("%s rows %d+%d of %d, N=%d K=%d, output %d", impl, at, n, T, N, K, i), part[i], whole[i][at*size:(at+n)*size])
				}
				at += n
			}
		}
	}
}

// rowPath is the row-wise part of a layer and of the head.
func rowPath(b *Backend, x, norm, bias []float32, w *kernels.Weight, T int) [][]float32 {
	N, K := w.N, w.K
	h, rstd, y, act := make([]float32, T*K), make([]float32, T), make([]float32, T*N), make([]float32, T*N)
	b.RMSNorm(of(h), of(rstd), of(x), of(norm), T, K, 1e-5)
	b.Linear(of(y), of(h), w, T, kernels.Epilogue{Bias: of(bias)})
	b.SwiGLU(of(act), of(y), of(y), T*N)
	dx := make([]float32, T*K)
	b.LinearBackwardX(of(dx), of(act), w, T, false)
	lse, ent := make([]float32, T), make([]float32, T)
	b.LogProb(kernels.Buffer{}, of(ent), of(lse), of(y), nil, T, N, 0.9)
	return [][]float32{h, rstd, y, act, dx, lse, ent}
}

// A batch of gradients given in two calls has the bits of one call.
func TestGradientAccumulation(t *testing.T) {
	for _, impl := range vectorImpls() {
		b, r := open(t, impl, 2), stream(t, impl)
		const T, N, K = 600, 50, 70
		dy, x, dw := normals(r, T*N), normals(r, T*K), normals(r, N*K)
		one, two := clone(dw), clone(dw)
		b.LinearBackwardW(of(one), kernels.Buffer{}, of(dy), of(x), T, N, K, kernels.F32)
		const cut = 211
		b.LinearBackwardW(of(two), kernels.Buffer{}, of(dy[:cut*N]), of(x[:cut*K]), cut, N, K, kernels.F32)
		b.LinearBackwardW(of(two), kernels.Buffer{}, of(dy[cut*N:]), of(x[cut*K:]), T-cut, N, K, kernels.F32)
		same(t, impl, two, one)
	}
}
