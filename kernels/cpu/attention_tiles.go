package cpu

// softmaxTileRows turns scores[rows][64] into weights. Row r sees its first
// n = visible+r·inc columns (at most 64); with x = scale·s over those
//
//	m[r] = max x        s = e^(x − m[r])        l[r] = Σ s
//
// and the other columns become 0.
func softmaxTileRows(isa isa, scores []float32, rows, visible, inc int, scale float32, m, l []float32) {
	for r := range rows {
		n := min(chunk, visible+r*inc)
		row := scores[r*chunk : (r+1)*chunk]
		m[r] = maxScaled(isa, row[:n], scale)
		l[r] = expRow(isa, row[:n], row[:n], scale, m[r])
		clear(row[n:])
	}
}

// mergeTile joins the result of a chunk (mc, lc, oc[rows][hd]) into the running
// one (m, l, o with rows ldo apart), row by row:
//
//	M = max(m, mc)    α = e^(m−M)    β = e^(mc−M)
//	l = l·α + lc·β    o = o·α + oc·β    m = M
//
// tmp holds 2·rows numbers.
func mergeTile(isa isa, o []float32, ldo int, oc []float32, rows, hd int, m, l, mc, lc, tmp []float32) {
	alpha, beta := tmp[:rows], tmp[rows:2*rows]
	for r := range rows {
		top := max(m[r], mc[r])
		alpha[r], beta[r] = m[r]-top, mc[r]-top
		m[r] = top
	}
	expRow(isa, tmp[:2*rows], tmp[:2*rows], 1, 0)
	for r := range rows {
		l[r] = float32(l[r]*alpha[r]) + float32(lc[r]*beta[r])
	}
	for r := range rows {
		axpby(isa, o[r*ldo:][:hd], alpha[r], oc[r*hd:][:hd], beta[r])
	}
}

// softmaxTileBackwardRows turns p[rows][64] from scores into weights and
// ds[rows][64] from gradients of weights into gradients of scores:
//
//	p = e^(scale·p − lse[r])        ds = scale·(p·(ds − delta[r]))
//
// over the visible columns (see softmaxTileRows), and 0 in the others.
func softmaxTileBackwardRows(isa isa, p, ds []float32, rows, visible, inc int, scale float32, lse, delta []float32) {
	for r := range rows {
		n := min(chunk, visible+r*inc)
		pr, dr := p[r*chunk:(r+1)*chunk], ds[r*chunk:(r+1)*chunk]
		scoreBackward(isa, pr[:n], dr[:n], scale, lse[r], delta[r])
		clear(pr[n:])
		clear(dr[n:])
	}
}
