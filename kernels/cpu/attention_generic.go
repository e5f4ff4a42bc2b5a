package cpu

// scoreBackwardGeneric computes p[j] = e^(scale·p[j] − lse) and then
// ds[j] = scale·(p[j]·(ds[j] − delta)).
func scoreBackwardGeneric(p, ds []float32, scale, lse, delta float32) {
	for j := range p {
		e := expGeneric(float32(p[j]*scale) - lse)
		p[j], ds[j] = e, float32(e*(ds[j]-delta))*scale
	}
}
