//go:build !purego

package cpu

// decodeSides computes o[h] = Σ_j p[h][j]·v[j][h] over n values for all heads
// of a row of V, each with weights of its own; p is [heads][64].
func decodeSides(o, p, v []float32, stride, n, hd int, ahead uintptr) {
	for i := 0; i < len(o); i += 128 {
		vectors := min(8, (len(o)-i)/16)
		first := i / hd * chunk
		var w [8]uintptr // where the weights of each vector start
		for z := range vectors {
			w[z] = uintptr(((i+16*z)/hd*chunk - first) * 4)
		}
		decodeVectors(vectors, &o[i], &p[first], &w, &v[i], uintptr(stride*4), n, ahead+uintptr(i*chunk*4))
	}
}

func decodeVectors(vectors int, o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr) {
	switch vectors {
	case 1:
		decodeSides512x1(o, p, w, v, stride, n, ahead)
	case 2:
		decodeSides512x2(o, p, w, v, stride, n, ahead)
	case 3:
		decodeSides512x3(o, p, w, v, stride, n, ahead)
	case 4:
		decodeSides512x4(o, p, w, v, stride, n, ahead)
	case 5:
		decodeSides512x5(o, p, w, v, stride, n, ahead)
	case 6:
		decodeSides512x6(o, p, w, v, stride, n, ahead)
	case 7:
		decodeSides512x7(o, p, w, v, stride, n, ahead)
	case 8:
		decodeSides512x8(o, p, w, v, stride, n, ahead)
	}
}

//go:noescape
func decodeSides512x1(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x2(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x3(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x4(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x5(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x6(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x7(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)

//go:noescape
func decodeSides512x8(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
