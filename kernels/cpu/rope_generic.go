package cpu

// ropeGeneric rotates all heads of one row; a head is 2·len(cos) numbers.
func ropeGeneric(y, x, cos, sin []float32, inverse bool) {
	h := len(cos)
	for base := 0; base < len(x); base += 2 * h {
		for i, c := range cos {
			s := sin[i]
			if inverse {
				s = -s
			}
			a, b := x[base+i], x[base+h+i]
			y[base+i] = float32(a*c) - float32(b*s)
			y[base+h+i] = float32(b*c) + float32(a*s)
		}
	}
}
