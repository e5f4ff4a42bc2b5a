package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// sampleBlock is how many probabilities Sample sums at a time.
const sampleBlock = 256

// Sample draws ids[t] from softmax(logits[t]·invTemp) by inversion: the
// smallest j whose cumulative probability exceeds u[t]. Probabilities are summed
// in float64: whole blocks of sampleBlock in the lanes of a vector, until one
// reaches past u[t]; this one again from its start. When rounding leaves the sum at
// or below u[t], the last j of positive probability is taken.
func (b *Backend) Sample(ids []int32, logits, lse kernels.Buffer, u []float64, T, V int, invTemp float64) {
	if len(ids) < T || len(u) < T || V < 1 && T > 0 {
		panic(fmt.Sprintf("kernels/cpu: Sample: %d ids, %d random numbers for %d rows of %d", len(ids), len(u), T, V))
	}
	zs, ls := need("Sample", "logits", logits, T*V), need("Sample", "lse", lse, T)
	it := float32(invTemp)
	type args struct {
		ids    []int32
		zs, ls []float32
		u      []float64
		V      int
		it     float32
	}
	shareRows(b, T, V, args{ids, zs, ls, u, V, it}, func(b *Backend, a *args, _, lo, hi int) {
		for t := lo; t < hi; t++ {
			a.ids[t] = int32(invert(b.isa, a.zs[t*a.V:(t+1)*a.V], a.it, a.ls[t], a.u[t]))
		}
	})
}

// invert is Sample for one row.
func invert(isa isa, row []float32, it, lse float32, u float64) int {
	sum, start := 0.0, 0 // the last block of positive probability, and the sum before it
	for j, before := 0, 0.0; len(row) > sampleBlock && j < len(row); j += sampleBlock {
		p := expMass(isa, row[j:min(len(row), j+sampleBlock)], it, lse)
		if p > 0 {
			sum, start = before, j
		}
		if before += p; before > u {
			break
		}
	}
	var buf [sampleBlock]float32
	p := buf[:min(len(row)-start, sampleBlock)]
	expRow(isa, p, row[start:start+len(p)], it, lse)
	return start + crossing(p, sum, u)
}

// crossing returns the smallest i at which sum + p[0] + … + p[i] exceeds u, or
// else the last of positive probability. Four are added to each other first: a
// chain of additions, each waiting for the one before, would take four times as
// long.
func crossing(p []float32, sum, u float64) int {
	i := 0
	for ; i+4 <= len(p); i += 4 {
		q := p[i : i+4 : i+4]
		ahead := sum + ((float64(q[0]) + float64(q[1])) + (float64(q[2]) + float64(q[3])))
		if ahead > u {
			break
		}
		sum = ahead
	}
	for ; i < len(p); i++ {
		if sum += float64(p[i]); sum > u {
			return i
		}
	}
	for i--; i > 0 && !(p[i] > 0); i-- {
	}
	return max(i, 0)
}

// ArgMax writes the smallest index of the largest logit of each row.
func (b *Backend) ArgMax(ids []int32, logits kernels.Buffer, T, V int) {
	if len(ids) < T {
		panic(fmt.Sprintf("kernels/cpu: ArgMax: %d ids for %d rows", len(ids), T))
	}
	zs := need("ArgMax", "logits", logits, T*V)
	type args struct {
		ids []int32
		zs  []float32
		V   int
	}
	shareRows(b, T, V/8, args{ids, zs, V}, func(b *Backend, a *args, _, lo, hi int) {
		ids, zs, V := a.ids, a.zs, a.V
		for t := lo; t < hi; t++ {
			row := zs[t*V : (t+1)*V]
			at := firstAt(b.isa, row, maxScaled(b.isa, row, 1))
			if at == V { // the maximum is NaN
				at = 0
			}
			ids[t] = int32(at)
		}
	})
}
