package cpu

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// LogProb writes lse[t] = log Σ_j exp(z_j), logp[t] = z[targets[t]] − lse[t]
// and entropy[t] = −Σ_j p_j·log p_j, in nats, for z = logits[t]·invTemp.
// logp (with targets) and entropy may be absent.
func (b *Backend) LogProb(logp, entropy, lse, logits kernels.Buffer, targets []int32, T, V int, invTemp float64) {
	const op = "LogProb"
	lp, ent := maybe(op, "logp", logp, T), maybe(op, "entropy", entropy, T)
	ls, zs := need(op, "lse", lse, T), need(op, "logits", logits, T*V)
	if lp != nil {
		checkTargets(op, targets, T, V)
	}
	it := float32(invTemp)
	type args struct {
		lp, ent, ls, zs []float32
		targets         []int32
		V               int
		it              float32
	}
	shareRows(b, T, V, args{lp, ent, ls, zs, targets, V, it}, func(b *Backend, a *args, _, lo, hi int) {
		lp, ent, ls, zs, targets, V, it := a.lp, a.ent, a.ls, a.zs, a.targets, a.V, a.it
		next := maxScaled(b.isa, zs[lo*V:(lo+1)*V], it)
		for t := lo; t < hi; t++ {
			row, m := zs[t*V:(t+1)*V], next
			var sum, dev float32 // Σ e^(z−m), Σ e^(z−m)·(z−m)
			if ent == nil {
				sum = sumExp(b.isa, row, it, m, ahead(t, hi, V))
			} else {
				sum, dev = entropySums(b.isa, row, it, m, ahead(t, hi, V))
			}
			if t+1 < hi { // while the last terms of this sum are added
				next = maxScaled(b.isa, zs[(t+1)*V:(t+2)*V], it)
			}
			logSum := math.Log(float64(sum))
			ls[t] = float32(float64(m) + logSum)
			if ent != nil {
				ent[t] = float32(logSum - float64(dev)/float64(sum))
			}
			if lp != nil {
				lp[t] = logProbOf(row[targets[t]], it, m, logSum)
			}
		}
	})
}

// ahead is how far the next row is from row t of a piece that ends at hi: 0
// after the last one, for the next piece may be another worker's.
func ahead(t, hi, V int) int {
	if t+1 == hi {
		return 0
	}
	return V
}

// logProbOf returns z − (m + logSum) for z = x·it; it must not matter to its
// bits who asks.
func logProbOf(x, it, m float32, logSum float64) float32 {
	return float32(float64(float32(x*it)-m) - logSum)
}

// LogProbBackward turns logits in place into their gradient
//
//	invTemp·( dlogp·(1{j = target} − p_j) − dentropy·p_j·(log p_j + H) )
//
// with log p_j = z_j − lse. dlogp or dentropy may be absent.
func (b *Backend) LogProbBackward(logits, lse, entropy kernels.Buffer, targets []int32, dlogp, dentropy kernels.Buffer, T, V int, invTemp float64) {
	const op = "LogProbBackward"
	zs, ls := need(op, "logits", logits, T*V), need(op, "lse", lse, T)
	dl, de := maybe(op, "dlogp", dlogp, T), maybe(op, "dentropy", dentropy, T)
	var ent []float32
	if de != nil {
		ent = need(op, "entropy", entropy, T)
	}
	if dl != nil {
		checkTargets(op, targets, T, V)
	}
	it := float32(invTemp)
	type args struct {
		zs, ls, ent, dl, de []float32
		targets             []int32
		V                   int
		it                  float32
	}
	shareRows(b, T, V, args{zs, ls, ent, dl, de, targets, V, it}, func(b *Backend, a *args, _, lo, hi int) {
		zs, ls, ent, dl, de, targets, V, it := a.zs, a.ls, a.ent, a.dl, a.de, a.targets, a.V, a.it
		for t := lo; t < hi; t++ {
			// p_j·(c0 + c1·log p_j), and the target's own term after.
			var c0, c1, own float32
			if dl != nil {
				own = float32(it * dl[t])
				c0 = -own
			}
			if de != nil {
				c1 = -float32(it * de[t])
				c0 += float32(c1 * ent[t])
			}
			row := zs[t*V : (t+1)*V]
			if l := ls[t]; -preciseLSE <= l && l <= preciseLSE {
				pullBack(b.isa, row, it, l, c0, c1)
			} else {
				b.softmaxBackwardFar(row, it, c0, c1)
			}
			if dl != nil {
				row[targets[t]] += own
			}
		}
	})
}

// pullBack computes x = p·(c0 + c1·l), l = x·it − lse, p = e^l.
func pullBack(isa isa, x []float32, it, lse, c0, c1 float32) {
	if c1 == 0 {
		softmaxBackward0(isa, x, it, lse, c0)
		return
	}
	softmaxBackward(isa, x, it, lse, c0, c1)
}

// preciseLSE is where half a unit in the last place of a float32 lse passes
// 1e-6, which is the relative error that it makes in every p_j.
const preciseLSE = 32

// softmaxBackwardFar is softmaxBackward for logits so far from zero that lse has
// lost digits: it takes them from their largest and sums again.
func (b *Backend) softmaxBackwardFar(row []float32, it, c0, c1 float32) {
	m := maxScaled(b.isa, row, it)
	for j, x := range row {
		row[j] = float32(float64(x)*float64(it) - float64(m))
	}
	sum := sumExp(b.isa, row, 1, 0, 0)
	pullBack(b.isa, row, 1, float32(math.Log(float64(sum))), c0, c1)
}

func checkTargets(op string, targets []int32, T, V int) {
	if len(targets) < T {
		panicTargets(op, len(targets), T)
	}
	checkRows(op, targets[:T], V)
}
