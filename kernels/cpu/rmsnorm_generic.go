package cpu

// Sums over a row run in 16 lanes, element i in lane i mod 16; the lanes are
// then added by halves: 8, 4, 2, 1.
func foldGeneric(s *[16]float32) float32 {
	for n := 8; n > 0; n /= 2 {
		for i := range n {
			s[i] += s[i+n]
		}
	}
	return s[0]
}

// dotGeneric returns Σ x[i]·y[i].
func dotGeneric(x, y []float32) float32 {
	var s [16]float32
	for i, v := range x {
		s[i%16] += float32(v * y[i])
	}
	return foldGeneric(&s)
}

// dot3Generic returns Σ (x[i]·y[i])·z[i].
func dot3Generic(x, y, z []float32) float32 {
	var s [16]float32
	for i, v := range x {
		s[i%16] += float32(float32(v*y[i]) * z[i])
	}
	return foldGeneric(&s)
}

// addDotGeneric computes sum[i] = x[i] + r[i] and returns Σ sum[i]².
func addDotGeneric(sum, x, r []float32) float32 {
	addVecGeneric(sum, x, r)
	return dotGeneric(sum, sum)
}

// scaleMulGeneric computes y[i] = (x[i]·r)·w[i].
func scaleMulGeneric(y, x, w []float32, r float32) {
	for i := range y {
		y[i] = float32(x[i]*r) * w[i]
	}
}

// normBackwardGeneric computes dx[i] += r·(dy[i]·w[i] − x[i]·c).
func normBackwardGeneric(dx, dy, w, x []float32, r, c float32) {
	for i := range dx {
		dx[i] += float32(r * (float32(dy[i]*w[i]) - float32(x[i]*c)))
	}
}

// mulAddGeneric computes s[i] += (x[i]·r)·y[i].
func mulAddGeneric(s, y, x []float32, r float32) {
	for i := range s {
		s[i] += float32(float32(x[i]*r) * y[i])
	}
}
