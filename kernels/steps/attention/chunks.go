package attention

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

const (
	chunk = kernels.KVChunk
	tile  = 16 // queries that meet a chunk together
)

// online goes over the keys once: with a running maximum and sum nothing of
// the length of the sequence is kept (Milakov & Gimelshein 2018).
func online(p *Problem) {
	d := p.HeadDim
	for h := range p.Heads {
		q, k, v, o, lse := p.head(h)
		for i := range p.S {
			out := o[i*p.ldq:][:d]
			clear(out)
			m, l := float32(math.Inf(-1)), float32(0)
			for j := range i + 1 {
				s := float32(p.Scale) * dot(q[i*p.ldq:][:d], k[j*p.ldk:][:d])
				if s > m {
					old := exp(m - s)
					for x := range out {
						out[x] *= old
					}
					l, m = l*old, s
				}
				w := exp(s - m)
				l += w
				axpy(out, w, v[j*p.ldk:][:d])
			}
			for x := range out {
				out[x] /= l
			}
			lse[i*p.Heads] = logSum(m, l)
		}
	}
}

// chunks closes a result for every 64 keys and merges these in order, so that
// the bits do not depend on who computes a chunk; queries take a chunk together.
func chunks(p *Problem) { p.chunked(p.keysInPlace) }

// transposed turns the keys of a chunk over once for all queries: the inner
// loop runs over 64 neighbouring keys instead of summing one product.
func transposed(p *Problem) { p.chunked(p.keysTransposed) }

// chunked lets scores fill [tile][64] for n keys from k on.
func (p *Problem) chunked(scores func(k []float32, n int) func(q []float32, s []float32)) {
	d := p.HeadDim
	p.m, p.l, p.out = grow(p.m, p.S), grow(p.l, p.S), grow(p.out, d)
	for h := range p.Heads {
		q, k, v, o, lse := p.head(h)
		for c := 0; c < p.S; c += chunk {
			n := min(chunk, p.S-c)
			score := scores(k[c*p.ldk:], n)
			for i0 := c; i0 < p.S; i0 += tile {
				for i := i0; i < min(p.S, i0+tile); i++ {
					var s [chunk]float32
					score(q[i*p.ldq:][:d], s[:])
					p.meet(o[i*p.ldq:][:d], s[:min(n, i-c+1)], v[c*p.ldk:], i, c == 0)
				}
			}
		}
		for i := range p.S {
			out := o[i*p.ldq:][:d]
			for x := range out {
				out[x] /= p.l[i]
			}
			lse[i*p.Heads] = logSum(p.m[i], p.l[i])
		}
	}
}

// meet merges what query i makes of the keys with scores s into o, m and l.
func (p *Problem) meet(o, s, v []float32, i int, first bool) {
	mc, lc := softmax(s, float32(p.Scale))
	clear(p.out)
	for j, w := range s {
		axpy(p.out, w, v[j*p.ldk:][:len(o)])
	}
	if first {
		copy(o, p.out)
		p.m[i], p.l[i] = mc, lc
		return
	}
	m := max(p.m[i], mc)
	a, b := exp(p.m[i]-m), exp(mc-m)
	for x := range o {
		o[x] = a*o[x] + b*p.out[x]
	}
	p.m[i], p.l[i] = m, a*p.l[i]+b*lc
}

func (p *Problem) keysInPlace(k []float32, n int) func(q, s []float32) {
	return func(q, s []float32) {
		for j := range n {
			s[j] = dot(q, k[j*p.ldk:][:len(q)])
		}
	}
}

func (p *Problem) keysTransposed(k []float32, n int) func(q, s []float32) {
	p.kt = grow(p.kt, p.HeadDim*chunk)
	clear(p.kt)
	for j := range n {
		for x, v := range k[j*p.ldk:][:p.HeadDim] {
			p.kt[x*chunk+j] = v
		}
	}
	return func(q, s []float32) {
		for x, v := range q {
			axpy(s, v, p.kt[x*chunk:][:chunk])
		}
	}
}
