package cpu

import "math"

// softmaxTileGeneric turns scores[rows][64] into weights. Row r sees its first
// visible+r·inc columns (at most 64); with x = scale·s over those
//
//	m[r] = max x        s = e^(x − m[r])        l[r] = Σ s
//
// and the other columns become 0. The sum runs in 16 lanes, see foldGeneric.
func softmaxTileGeneric(scores []float32, rows, visible, inc int, scale float32, m, l []float32) {
	for r := range rows {
		row := scores[r*chunk : (r+1)*chunk]
		n := min(chunk, visible+r*inc)
		top := float32(math.Inf(-1))
		for j, v := range row[:n] {
			v *= scale
			row[j] = v
			top = max(top, v)
		}
		var sum [16]float32
		for j, v := range row[:n] {
			e := expGeneric(v - top)
			row[j] = e
			sum[j%16] += e
		}
		clear(row[n:])
		m[r], l[r] = top, foldGeneric(&sum)
	}
}

// mergeTileGeneric joins the result of a chunk (mc, lc, oc[rows][hd]) into the
// running one (m, l, o with rows ldo apart), r by r:
//
//	M = max(m, mc)    α = e^(m−M)    β = e^(mc−M)
//	l = l·α + lc·β    o = o·α + oc·β    m = M
func mergeTileGeneric(o []float32, ldo int, oc []float32, rows, hd int, m, l, mc, lc []float32) {
	for r := range rows {
		top := max(m[r], mc[r])
		a, b := expGeneric(m[r]-top), expGeneric(mc[r]-top)
		m[r], l[r] = top, float32(l[r]*a)+float32(lc[r]*b)
		row := oc[r*hd : (r+1)*hd]
		for j, v := range o[r*ldo:][:hd] {
			o[r*ldo+j] = float32(v*a) + float32(row[j]*b)
		}
	}
}

// softmaxTileBackwardGeneric turns p[rows][64] from scores into weights and
// ds[rows][64] from gradients of weights into gradients of scores:
//
//	p = e^(scale·p − lse[r])        ds = scale·(p·(ds − delta[r]))
//
// over the visible columns (see softmaxTileGeneric), and 0 in the others.
func softmaxTileBackwardGeneric(p, ds []float32, rows, visible, inc int, scale float32, lse, delta []float32) {
	for r := range rows {
		pr, dr := p[r*chunk:(r+1)*chunk], ds[r*chunk:(r+1)*chunk]
		n := min(chunk, visible+r*inc)
		for j := range n {
			e := expGeneric(float32(pr[j]*scale) - lse[r])
			pr[j], dr[j] = e, float32(e*(dr[j]-delta[r]))*scale
		}
		clear(pr[n:])
		clear(dr[n:])
	}
}
