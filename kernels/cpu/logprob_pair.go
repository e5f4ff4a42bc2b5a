package cpu

import "math"

// rowPair is what softmaxPair knows of two rows, 0 and 1.
type rowPair struct {
	m   [2]float32 // the largest of their x·s; afterwards those of the next two rows
	c   [2]float32 // what their softmax is multiplied by
	sum [2]float32 // of their exponentials (result)
}

// pairsTo is the longest row that is worth computing beside another: the steps
// of a longer one are many enough to fill the gaps between themselves.
const pairsTo = 1024

// softmaxPairGeneric computes for the two rows x[:n] and x[n:2n]
//
//	sum = Σ e^(x·s − m)        x = e^(x·s − m)·(c/sum)
//
// and, when more rows follow, leaves the largest x·s of the next two in p.m.
func softmaxPairGeneric(p *rowPair, x []float32, n int, s float32, more bool) {
	for r := range 2 {
		row := x[r*n : (r+1)*n]
		p.sum[r] = expHereGeneric(row, s, p.m[r], 0)
		scaleVecGeneric(row, p.c[r]/p.sum[r])
		if more {
			p.m[r] = maxScaledGeneric(x[(r+2)*n:(r+3)*n], s)
		}
	}
}

// pairs is CrossEntropy of rows lo to hi two at a time. It returns the first
// row that is left.
func (a *crossEntropy) pairs(isa isa, lo, hi int) int {
	V, it := a.V, a.it
	if !hasSoftmaxPair(isa) || hi-lo < 2 || V > pairsTo {
		return lo
	}
	var p rowPair
	for r := range 2 {
		p.m[r] = maxScaled(isa, a.zs[(lo+r)*V:(lo+r+1)*V], it)
	}
	t := lo
	for ; t+2 <= hi; t += 2 {
		i, j := t*V+int(a.targets[t]), (t+1)*V+int(a.targets[t+1])
		x, y, m := a.zs[i], a.zs[j], p.m
		own, other := float32(it*a.dl[t]), float32(it*a.dl[t+1])
		p.c = [2]float32{-own, -other}
		softmaxPair(isa, &p, a.zs[t*V:], V, it, t+4 <= hi)
		a.zs[i] += own
		a.zs[j] += other
		a.lp[t] = logProbOf(x, it, m[0], math.Log(float64(p.sum[0])))
		a.lp[t+1] = logProbOf(y, it, m[1], math.Log(float64(p.sum[1])))
	}
	return t
}
