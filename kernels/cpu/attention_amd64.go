//go:build !purego

package cpu

// softmaxTile is softmaxTileRows.
func softmaxTile(isa isa, scores []float32, rows, visible, inc int, scale float32, m, l []float32) {
	if isa == avx512 {
		softmaxTile512(&scores[0], rows, visible, inc, scale, &m[0], &l[0])
	} else {
		softmaxTileRows(isa, scores, rows, visible, inc, scale, m, l)
	}
}

// softmaxTileBackward is softmaxTileBackwardRows.
func softmaxTileBackward(isa isa, p, ds []float32, rows, visible, inc int, scale float32, lse, delta []float32) {
	if isa == avx512 {
		softmaxTileBackward512(&p[0], &ds[0], rows, visible, inc, scale, &lse[0], &delta[0])
	} else {
		softmaxTileBackwardRows(isa, p, ds, rows, visible, inc, scale, lse, delta)
	}
}

// mergeRows computes o[r] = alpha[r]·o[r] + beta[r]·oc[r] for rows of hd
// numbers, ldo apart in o.
func mergeRows(isa isa, o []float32, ldo int, oc []float32, rows, hd int, alpha, beta []float32) {
	if isa == avx512 {
		mergeRows512(&o[0], uintptr(ldo*4), &oc[0], rows, hd, &alpha[0], &beta[0])
		return
	}
	for r := range rows {
		axpby(isa, o[r*ldo:][:hd], alpha[r], oc[r*hd:][:hd], beta[r])
	}
}

func scoreBackward(isa isa, p, ds []float32, scale, lse, delta float32) {
	if isa == avx2 {
		scoreBackward256(p, ds, scale, lse, delta)
	} else {
		scoreBackwardGeneric(p, ds, scale, lse, delta)
	}
}

//go:noescape
func softmaxTile512(scores *float32, rows, visible, inc int, scale float32, m, l *float32)

//go:noescape
func softmaxTileBackward512(p, ds *float32, rows, visible, inc int, scale float32, lse, delta *float32)

//go:noescape
func mergeRows512(o *float32, ldo uintptr, oc *float32, rows, hd int, alpha, beta *float32)

//go:noescape
func scoreBackward256(p, ds []float32, scale, lse, delta float32)
