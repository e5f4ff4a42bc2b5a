package cpu

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// lengths runs past two vectors of 16 and past one block of a span.
var lengths = []int{0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 63, 64, 65, 100, 1023, 1024, 1025, 2500}

// guard returns n numbers with sentinels around them, and a check that the
// sentinels still stand.
func guard(t *testing.T, x []float32) ([]float32, func()) {
	const g = 37
	all := make([]float32, len(x)+2*g)
	for i := range all {
		all[i] = -12345
	}
	copy(all[g:], x)
	return all[g : g+len(x)], func() {
		t.Helper()
		for i, v := range all {
			if (i < g || i >= g+len(x)) && v != -12345 {
				t.Fatalf("wrote outside: element %d of %d", i-g, len(x))
			}
		}
	}
}

func TestElementwise(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, n := range lengths {
			r := stream(t, n)
			x, y, z := normals(r, n), normals(r, n), normals(r, n)
			want := func(f func(i int) float64) []float64 {
				w := make([]float64, n)
				for i := range w {
					w[i] = f(i)
				}
				return w
			}
			f := func(x []float32, i int) float64 { return float64(x[i]) }
			sig := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

			out, ok := guard(t, z)
			b.Add(of(out), of(x), of(y), n)
			near(t, "Add", out, want(func(i int) float64 { return f(x, i) + f(y, i) }), 1e-6)
			ok()
			out, ok = guard(t, z)
			b.AddScaled(of(out), of(x), 0.7, n)
			near(t, "AddScaled", out, want(func(i int) float64 { return f(z, i) + 0.7*f(x, i) }), 1e-6)
			ok()
			out, ok = guard(t, z)
			b.Scale(of(out), 0.7, n)
			near(t, "Scale", out, want(func(i int) float64 { return 0.7 * f(z, i) }), 1e-6)
			ok()
			out, ok = guard(t, z)
			b.ReLU(of(out), of(x), n)
			near(t, "ReLU", out, want(func(i int) float64 { return max(f(x, i), 0) }), 0)
			ok()
			out, ok = guard(t, z)
			b.ReLUBackward(of(out), of(y), of(x), n)
			near(t, "ReLUBackward", out, want(func(i int) float64 {
				if x[i] > 0 {
					return f(z, i) + f(y, i)
				}
				return f(z, i)
			}), 1e-6)
			ok()
			out, ok = guard(t, z)
			b.SwiGLU(of(out), of(x), of(y), n)
			near(t, "SwiGLU", out, want(func(i int) float64 { return f(x, i) * sig(f(x, i)) * f(y, i) }), 1e-6)
			ok()
			dg, okg := guard(t, z)
			du, oku := guard(t, z)
			b.SwiGLUBackward(of(dg), of(du), of(z), of(x), of(y), n, true)
			s := func(i int) float64 { return sig(f(x, i)) }
			near(t, "dgate", dg, want(func(i int) float64 {
				return f(z, i) + f(z, i)*f(y, i)*s(i)*(1+f(x, i)*(1-s(i)))
			}), 2e-6)
			near(t, "dup", du, want(func(i int) float64 { return f(z, i) + f(z, i)*f(x, i)*s(i) }), 2e-6)
			okg()
			oku()
			zg, zu, og, ou := make([]float32, n), make([]float32, n), clone(z), clone(z)
			b.SwiGLUBackward(of(zg), of(zu), of(z), of(x), of(y), n, true)
			b.SwiGLUBackward(of(og), of(ou), of(z), of(x), of(y), n, false)
			same(t, "dgate overwritten", og, zg)
			same(t, "dup overwritten", ou, zu)
			if n > 0 {
				only := clone(z)
				b.SwiGLUBackward(kernels.Buffer{}, of(only), of(z), of(x), of(y), n, true)
				same(t, "dup alone", only, du)
				only = clone(z)
				b.SwiGLUBackward(of(only), kernels.Buffer{}, of(z), of(x), of(y), n, true)
				same(t, "dgate alone", only, dg)
			}
			sum := 0.0
			for i := range x {
				sum += f(x, i) * f(x, i)
			}
			if got := b.SumSquares(of(x), n); math.Abs(got-sum) > 1e-12*sum {
				t.Fatalf("SumSquares of %d = %v, want %v", n, got, sum)
			}
			b.testAdamW(t, x, y, z)
		}
	})
}

func (b *Backend) testAdamW(t *testing.T, p0, g, m0 []float32) {
	n := len(p0)
	v0 := make([]float32, n)
	for i := range v0 {
		v0[i] = m0[i] * m0[i]
	}
	s := kernels.AdamWStep{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.1, Correction1: 0.271, Correction2: 0.003, GradScale: 0.5}
	p, okp := guard(t, p0)
	m, okm := guard(t, m0)
	v, okv := guard(t, v0)
	b.AdamW(of(p), of(g), of(m), of(v), kernels.Buffer{}, n, s)
	for i := range p {
		gi := s.GradScale * float64(g[i])
		mi := s.Beta1*float64(m0[i]) + (1-s.Beta1)*gi
		vi := s.Beta2*float64(v0[i]) + (1-s.Beta2)*gi*gi
		pi := float64(p0[i])
		pi = pi - s.LR*s.WeightDecay*pi - s.LR*(mi/s.Correction1)/(math.Sqrt(vi/s.Correction2)+s.Eps)
		near(t, "AdamW p, m, v", []float32{p[i], m[i], v[i]}, []float64{pi, mi, vi}, 1e-6)
	}
	okp()
	okm()
	okv()
}

func TestRowKernels(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, c := range [][3]int{{1, 1, 2}, {3, 1, 8}, {70, 2, 6}, {131, 3, 32}, {5, 1, 96}, {2, 2, 34}, {300, 1, 20}} {
			T, heads, hd := c[0], c[1], c[2]
			d := heads * hd
			r := stream(t, T, heads, hd)
			x, w, dy, dx0, dw0 := normals(r, T*d), normals(r, d), normals(r, T*d), normals(r, T*d), normals(r, d)
			y, ok := guard(t, dx0)
			rstd := make([]float32, T)
			b.RMSNorm(of(y), of(rstd), of(x), of(w), T, d, 1e-5)
			wy, wr := make([]float64, T*d), make([]float64, T)
			wdx, wdw := make([]float64, T*d), make([]float64, d)
			for i := range wdw {
				wdw[i] = float64(dw0[i])
			}
			for q := range T {
				s, dot := 0.0, 0.0
				for i := range d {
					s += float64(x[q*d+i]) * float64(x[q*d+i])
					dot += float64(dy[q*d+i]) * float64(w[i]) * float64(x[q*d+i])
				}
				wr[q] = 1 / math.Sqrt(s/float64(d)+1e-5)
				for i := range d {
					wy[q*d+i] = float64(x[q*d+i]) * wr[q] * float64(w[i])
					wdx[q*d+i] = float64(dx0[q*d+i]) + wr[q]*(float64(dy[q*d+i])*float64(w[i])-float64(x[q*d+i])*wr[q]*wr[q]/float64(d)*dot)
					wdw[i] += float64(dy[q*d+i]) * float64(x[q*d+i]) * wr[q]
				}
			}
			near(t, "RMSNorm", y, wy, 2e-6)
			near(t, "rstd", rstd, wr, 2e-6)
			ok()
			dx, okx := guard(t, dx0)
			dw, okw := guard(t, dw0)
			b.RMSNormBackward(of(dx), of(dw), of(dy), of(x), of(w), of(rstd), T, d)
			near(t, "RMSNorm dx", dx, wdx, 1e-5)
			near(t, "RMSNorm dw", dw, wdw, 1e-5)
			okx()
			okw()

			cos, sin := normals(r, 50*hd/2), normals(r, 50*hd/2)
			pos := make([]int32, T)
			for i := range pos {
				pos[i] = int32(r.IntN(50))
			}
			for _, inverse := range []bool{false, true} {
				y, ok := guard(t, x)
				b.RoPE(of(y), of(y), of(cos), of(sin), pos, heads, hd, inverse)
				ok()
				want := make([]float64, T*d)
				for q := range T {
					for h := range heads {
						for i := range hd / 2 {
							c, s := float64(cos[int(pos[q])*hd/2+i]), float64(sin[int(pos[q])*hd/2+i])
							if inverse {
								s = -s
							}
							at := q*d + h*hd + i
							u, v := float64(x[at]), float64(x[at+hd/2])
							want[at], want[at+hd/2] = u*c-v*s, v*c+u*s
						}
					}
				}
				near(t, "RoPE", y, want, 2e-6)
			}

			table, ids := normals(r, 7*d), make([]int32, T)
			for i := range ids {
				ids[i] = int32(r.IntN(7))
			}
			emb := make([]float32, T*d)
			b.Embedding(of(emb), of(table), ids, d)
			sum, back := make([]float64, 7*d), clone(table)
			for i := range sum {
				sum[i] = float64(table[i])
			}
			for q, id := range ids {
				same(t, "Embedding", emb[q*d:(q+1)*d], table[int(id)*d:int(id)*d+d])
				for i := range d {
					sum[int(id)*d+i] += float64(dy[q*d+i])
				}
			}
			b.EmbeddingBackward(of(back), of(dy), ids, d)
			near(t, "EmbeddingBackward", back, sum, 1e-5)
		}
	})
}

func TestLogProb(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, c := range [][2]int{{1, 1}, {3, 2}, {70, 17}, {2, 64}, {40, 100}, {9, 1024}, {2, 5001}} {
			T, V := c[0], c[1]
			r := stream(t, T, V)
			const it = 1 / 0.7
			z, dl, de := normals(r, T*V), normals(r, T), normals(r, T)
			for i := range z {
				z[i] *= 4
			}
			if V > 2 {
				z[1] = float32(math.Inf(-1)) // a forbidden token
				z[2] = 150                   // a sure one
			}
			targets := make([]int32, T)
			for i := range targets {
				targets[i] = int32(r.IntN(V))
			}
			targets[0] = int32(V - 1)
			lp, ent, lse := make([]float32, T), make([]float32, T), make([]float32, T)
			b.LogProb(of(lp), of(ent), of(lse), of(z), targets, T, V, it)
			wl, we, ws := make([]float64, T), make([]float64, T), make([]float64, T)
			wd := make([]float64, T*V)
			for q := range T {
				m, sum := math.Inf(-1), 0.0
				for _, v := range z[q*V : (q+1)*V] {
					m = max(m, float64(v)*it)
				}
				for _, v := range z[q*V : (q+1)*V] {
					sum += math.Exp(float64(v)*it - m)
				}
				ws[q] = m + math.Log(sum)
				for _, v := range z[q*V : (q+1)*V] {
					if l := float64(v)*it - ws[q]; math.Exp(l) > 0 {
						we[q] -= math.Exp(l) * l
					}
				}
				wl[q] = float64(z[q*V+int(targets[q])])*it - ws[q]
				for j, v := range z[q*V : (q+1)*V] {
					l := float64(v)*it - ws[q]
					p := math.Exp(l)
					g := -float64(dl[q]) * p
					if j == int(targets[q]) {
						g += float64(dl[q])
					}
					if p > 0 {
						g -= float64(de[q]) * p * (l + we[q])
					}
					wd[q*V+j] = it * g
				}
			}
			near(t, "lse", lse, ws, 2e-6)
			near(t, "logp", lp, wl, 2e-6)
			near(t, "entropy", ent, we, 1e-5)
			grad, ok := guard(t, z)
			b.LogProbBackward(of(grad), of(lse), of(ent), targets, of(dl), of(de), T, V, it)
			near(t, "dlogits", grad, wd, 5e-5)
			ok()

			ids, u := make([]int32, T), make([]float64, T)
			for i := range u {
				u[i] = r.Float64()
			}
			b.Sample(ids, of(z), of(lse), u, T, V, it)
			for q := range T {
				cum := 0.0
				for j := range int(ids[q]) + 1 {
					p := math.Exp(float64(z[q*V+j])*it - ws[q])
					if j == int(ids[q]) && cum > u[q]+1e-4 {
						t.Fatalf("Sample: row %d: %d is too late", q, ids[q])
					}
					cum += p
				}
				if cum < u[q]-1e-4 {
					t.Fatalf("Sample: row %d: %d is too early: %v < %v", q, ids[q], cum, u[q])
				}
			}
			b.ArgMax(ids, of(z), T, V)
			for q := range T {
				best := 0
				for j := range V {
					if z[q*V+j] > z[q*V+best] {
						best = j
					}
				}
				if int(ids[q]) != best {
					t.Fatalf("ArgMax: row %d: %d, want %d", q, ids[q], best)
				}
			}
		}
	})
}
