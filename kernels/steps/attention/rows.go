package attention

import "math"

// matrix is the definition: all scores, hidden ones −∞, then softmax, then the
// values.
func matrix(p *Problem) {
	n, d, scale := p.S, p.HeadDim, float32(p.Scale)
	p.scores = grow(p.scores, n*n)
	for h := range p.Heads {
		q, k, v, o, lse := p.head(h)
		for i := range n {
			for j := range n {
				s := scale * dot(q[i*p.ldq:][:d], k[j*p.ldk:][:d])
				if j > i {
					s = float32(math.Inf(-1))
				}
				p.scores[i*n+j] = s
			}
		}
		for i := range n {
			row := p.scores[i*n : (i+1)*n]
			m, l := softmax(row, 1)
			lse[i*p.Heads] = logSum(m, l)
			out := o[i*p.ldq:][:d]
			clear(out)
			for j := range i + 1 { // 0 × NaN would be NaN
				axpy(out, row[j]/l, v[j*p.ldk:][:d])
			}
		}
	}
}

// visible computes what a query sees and nothing else, a row at a time: the
// row stays in the first-level cache.
func visible(p *Problem) {
	d := p.HeadDim
	p.scores = grow(p.scores, p.S)
	for h := range p.Heads {
		q, k, v, o, lse := p.head(h)
		for i := range p.S {
			row := p.scores[:i+1]
			for j := range row {
				row[j] = dot(q[i*p.ldq:][:d], k[j*p.ldk:][:d])
			}
			m, l := softmax(row, float32(p.Scale))
			lse[i*p.Heads] = logSum(m, l)
			out := o[i*p.ldq:][:d]
			clear(out)
			for j, w := range row {
				axpy(out, w/l, v[j*p.ldk:][:d])
			}
		}
	}
}

// softmax turns x into e^(scale·x − m) with the maximum m, and returns m and
// the sum.
func softmax(x []float32, scale float32) (m, l float32) {
	m = float32(math.Inf(-1))
	for i := range x {
		x[i] *= scale
		m = max(m, x[i])
	}
	for i := range x {
		x[i] = exp(x[i] - m)
		l += x[i]
	}
	return m, l
}
