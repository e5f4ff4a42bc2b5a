package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// plainAttention is the definition, in float64, of forward and backward.
func plainAttention(q, k, v, do []float32, a kernels.AttentionShape, seqs []kernels.Seq) (o, lse, dq, dk, dv []float64) {
	hd, ldq, ldk := a.HeadDim, a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
	o, dq, lse = make([]float64, len(q)), make([]float64, len(q)), make([]float64, len(q)/hd)
	dk, dv = make([]float64, len(k)), make([]float64, len(k))
	row := func(s kernels.Seq, j int) int {
		if s.Pages != nil {
			return int(s.Pages[j/chunk])*chunk + j%chunk
		}
		return int(s.K0) + j
	}
	for _, s := range seqs {
		for i := range int(s.Qn) {
			for h := range a.Heads {
				n := int(s.Pos0) + i + 1
				qi := (int(s.Q0)+i)*ldq + h*hd
				p, sum := make([]float64, n), 0.0
				for j := range n {
					kj := row(s, j)*ldk + h*a.KVHeads/a.Heads*hd
					for d := range hd {
						p[j] += a.Scale * float64(q[qi+d]) * float64(k[kj+d])
					}
					sum += math.Exp(p[j])
				}
				lse[(int(s.Q0)+i)*a.Heads+h] = math.Log(sum)
				dp, delta := make([]float64, n), 0.0
				for j := range n {
					p[j] = math.Exp(p[j]) / sum
					vj := row(s, j)*ldk + h*a.KVHeads/a.Heads*hd
					for d := range hd {
						o[qi+d] += p[j] * float64(v[vj+d])
						dp[j] += float64(do[qi+d]) * float64(v[vj+d])
						dv[vj+d] += p[j] * float64(do[qi+d])
					}
					delta += p[j] * dp[j]
				}
				for j := range n {
					ds := a.Scale * p[j] * (dp[j] - delta)
					kj := row(s, j)*ldk + h*a.KVHeads/a.Heads*hd
					for d := range hd {
						dq[qi+d] += ds * float64(k[kj+d])
						dk[kj+d] += ds * float64(q[qi+d])
					}
				}
			}
		}
	}
	return
}

var attnShapes = []struct {
	kernels.AttentionShape
	lens []int
}{
	{kernels.AttentionShape{Heads: 3, KVHeads: 3, HeadDim: 32, Scale: 0.18}, []int{1, 70, 129, 0, 13}},
	{kernels.AttentionShape{Heads: 6, KVHeads: 2, HeadDim: 64, Scale: 0.125}, []int{66, 5}},
	{kernels.AttentionShape{Heads: 2, KVHeads: 1, HeadDim: 8, Scale: 0.3}, []int{64, 260}},
	{kernels.AttentionShape{Heads: 2, KVHeads: 2, HeadDim: 17, Scale: 0.3}, []int{50, 65}},
	{kernels.AttentionShape{Heads: 4, KVHeads: 1, HeadDim: 128, Scale: 0.1}, []int{80}},
	{kernels.AttentionShape{Heads: 2, KVHeads: 1, HeadDim: 80, Scale: 0.1}, []int{67}},
}

func packedSeqs(lens []int) (seqs []kernels.Seq, T int) {
	for _, n := range lens {
		seqs = append(seqs, kernels.Seq{Q0: int32(T), Qn: int32(n), K0: int32(T)})
		T += n
	}
	return seqs, T
}

func TestAttention(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, c := range attnShapes {
			a := c.AttentionShape
			seqs, T := packedSeqs(c.lens)
			r := stream(t, fmt.Sprint(c))
			nq, nk := T*a.Heads*a.HeadDim, T*a.KVHeads*a.HeadDim
			q, k, v, do := normals(r, nq), normals(r, nk), normals(r, nk), normals(r, nq)
			o, lse := normals(r, nq), make([]float32, T*a.Heads)
			wo, wl, wdq, wdk, wdv := plainAttention(q, k, v, do, a, seqs)
			b.Attention(of(o), of(lse), of(q), of(k), of(v), a, seqs)
			near(t, "o", o, wo, 1e-5)
			near(t, "lse", lse, wl, 1e-5)
			dq, dk, dv := make([]float32, nq), make([]float32, nk), make([]float32, nk)
			b.AttentionBackward(of(dq), of(dk), of(dv), of(do), of(o), of(lse), of(q), of(k), of(v), a, seqs, true)
			near(t, "dq", dq, wdq, 2e-5)
			near(t, "dk", dk, wdk, 2e-5)
			near(t, "dv", dv, wdv, 2e-5)
		}
	})
}

// A query's bits are the same in one prompt, token by token from a paged
// cache, and in prompts cut anywhere.
func TestAttentionDecodeEqualsPrefill(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, c := range attnShapes {
			a := c.AttentionShape
			T := c.lens[len(c.lens)-1]
			r := stream(t, fmt.Sprint(c))
			ldq, ldk := a.Heads*a.HeadDim, a.KVHeads*a.HeadDim
			q, k, v := normals(r, T*ldq), normals(r, T*ldk), normals(r, T*ldk)
			o, lse := make([]float32, T*ldq), make([]float32, T*a.Heads)
			b.Attention(of(o), of(lse), of(q), of(k), of(v), a, []kernels.Seq{{Qn: int32(T)}})

			// The cache: pages in a shuffled order, poison where nothing is written.
			pages := make([]int32, (T+chunk-1)/chunk)
			nan := float32(math.NaN())
			kc, vc := make([]float32, len(pages)*chunk*ldk), make([]float32, len(pages)*chunk*ldk)
			for i, p := range r.Perm(len(pages)) {
				pages[i] = int32(p)
			}
			for i := range kc {
				kc[i], vc[i] = nan, nan
			}
			at := 0
			for i := 0; at < T; i++ {
				n := min(T-at, 1+i%3*i)
				for j := at; j < at+n; j++ {
					row := int(pages[j/chunk])*chunk + j%chunk
					copy(kc[row*ldk:(row+1)*ldk], k[j*ldk:])
					copy(vc[row*ldk:(row+1)*ldk], v[j*ldk:])
				}
				o1, l1 := make([]float32, n*ldq), make([]float32, n*a.Heads)
				b.Attention(of(o1), of(l1), of(q[at*ldq:]), of(kc), of(vc), a, []kernels.Seq{{Qn: int32(n), Pos0: int32(at), Pages: pages}})
				same(t, "o", o1, o[at*ldq:][:len(o1)])
				same(t, "lse", l1, lse[at*a.Heads:][:len(l1)])
				at += n
			}
		}
	})
}
