//go:build !purego

package cpu

// canDecode reports whether decode knows these heads.
func (t *attn) canDecode() bool { return t.isa == avx512 && t.group == 1 && t.HeadDim%16 == 0 }

// decodeScores computes s[j] = q·k[j] for n keys of hd numbers, rounded up to a
// multiple of 16; rows of k are stride apart.
func decodeScores(s, q, k []float32, stride, n, hd int) {
	decodeScores512(&s[0], &q[0], &k[0], uintptr(stride*4), (n+15)/16, hd/4)
}

// decodeValues computes o[h] = Σ_j p[h][j]·v[j][h] over n values for all heads
// of a row of V; p is [heads][64].
func decodeValues(o, p, v []float32, stride, n, hd int) {
	for i := 0; i < len(o); i += 128 {
		vectors := min(8, (len(o)-i)/16)
		first := i / hd * chunk
		var w [8]uintptr // where the weights of each vector start
		for z := range vectors {
			w[z] = uintptr(((i+16*z)/hd*chunk - first) * 4)
		}
		decodeVectors(vectors, &o[i], &p[first], &w, &v[i], uintptr(stride*4), n)
	}
}

func decodeVectors(vectors int, o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int) {
	switch vectors {
	case 1:
		decodeValues512x1(o, p, w, v, stride, n)
	case 2:
		decodeValues512x2(o, p, w, v, stride, n)
	case 3:
		decodeValues512x3(o, p, w, v, stride, n)
	case 4:
		decodeValues512x4(o, p, w, v, stride, n)
	case 5:
		decodeValues512x5(o, p, w, v, stride, n)
	case 6:
		decodeValues512x6(o, p, w, v, stride, n)
	case 7:
		decodeValues512x7(o, p, w, v, stride, n)
	case 8:
		decodeValues512x8(o, p, w, v, stride, n)
	}
}

//go:noescape
func decodeScores512(s, q, k *float32, stride uintptr, groups, blocks int)

//go:noescape
func decodeValues512x1(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x2(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x3(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x4(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x5(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x6(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x7(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)

//go:noescape
func decodeValues512x8(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
