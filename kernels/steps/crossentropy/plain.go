package crossentropy

import "math"

// matrices is v1: logits, probabilities and gradient are three matrices [T, V],
// and each is finished before the next is begun.
func matrices(p *Problem) {
	defer p.free()
	n, V := p.T*p.V, p.V
	z := p.take(3 * n)
	z, prob, dz := z[:n], z[n:2*n], z[2*n:]
	p.logits(z, 0, p.T)
	for t := range p.T {
		largest, sum := math.Inf(-1), 0.0
		for _, x := range z[t*V : (t+1)*V] {
			largest = max(largest, float64(x))
		}
		for _, x := range z[t*V : (t+1)*V] {
			sum += math.Exp(float64(x) - largest)
		}
		lse := largest + math.Log(sum)
		for j, x := range z[t*V : (t+1)*V] {
			prob[t*V+j] = float32(math.Exp(float64(x) - lse))
		}
		p.LogP.Set(t, float64(z[t*V+int(p.Targets[t])])-lse)
	}
	for t := range p.T {
		d := float32(p.DLogP.At(t))
		for j, q := range prob[t*V : (t+1)*V] {
			dz[t*V+j] = -d * q
		}
		dz[t*V+int(p.Targets[t])] += d
	}
	p.gradients(dz, 0, p.T)
}

// inPlace is v2: the exponentials replace the logits, and the gradient them.
func inPlace(p *Problem) {
	defer p.free()
	V := p.V
	z := p.take(p.T * V)
	p.logits(z, 0, p.T)
	for t := range p.T {
		row, target := z[t*V:(t+1)*V], p.Targets[t]
		largest, sum := float32(math.Inf(-1)), 0.0
		for _, x := range row {
			largest = max(largest, x)
		}
		own := row[target]
		for j, x := range row {
			e := math.Exp(float64(x - largest))
			row[j] = float32(e)
			sum += e
		}
		p.LogP.Set(t, float64(own-largest)-math.Log(sum))
		d := float32(p.DLogP.At(t))
		scale := float32(-float64(d) / sum)
		for j := range row {
			row[j] *= scale
		}
		row[target] += d
	}
	p.gradients(z, 0, p.T)
}
