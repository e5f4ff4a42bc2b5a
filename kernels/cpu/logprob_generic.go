package cpu

import "math"

// maxScaledGeneric returns the largest x[i]·s. A NaN among them gives NaN.
func maxScaledGeneric(x []float32, s float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		if v *= s; v > m || v != v {
			m = v
		}
	}
	return m
}

// sumExpGeneric returns Σ e^d and Σ e^d·d for d = x[i]·s − m, each in 16 lanes
// (see foldGeneric). Terms with e^d = 0 add nothing to either.
func sumExpGeneric(x []float32, s, m float32) (sum, dev float32) {
	var a, b [16]float32
	for i, v := range x {
		d := float32(v*s) - m
		e := expGeneric(d)
		a[i%16] += e
		b[i%16] += float32(e * max(d, expMin))
	}
	return foldGeneric(&a), foldGeneric(&b)
}

// expRowGeneric computes y[i] = e^(x[i]·s − m) and returns Σ y[i] in 16 lanes.
// y may be x.
func expRowGeneric(y, x []float32, s, m float32) float32 {
	var sum [16]float32
	for i, v := range x {
		y[i] = expGeneric(float32(v*s) - m)
		sum[i%16] += y[i]
	}
	return foldGeneric(&sum)
}

// softmaxBackwardGeneric computes x[i] = p·(c0 + c1·l) with l = x[i]·s − lse
// and p = e^l.
func softmaxBackwardGeneric(x []float32, s, lse, c0, c1 float32) {
	for i, v := range x {
		l := float32(v*s) - lse
		x[i] = expGeneric(l) * (c0 + float32(c1*max(l, expMin)))
	}
}
