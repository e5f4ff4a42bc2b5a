package cpu

import "math"

// maxScaledGeneric returns the largest x[i]·s. A NaN among them gives NaN; the
// assembly may pass it over, for the sums of exponentials that follow are NaN anyway.
func maxScaledGeneric(x []float32, s float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		if v *= s; v > m || v != v {
			m = v
		}
	}
	return m
}

// sumExpGeneric returns Σ e^(x[i]·s − m) in 16 lanes (see foldGeneric), for m
// not below any x[i]·s. The assembly asks memory for x[i+ahead] meanwhile: what
// the next call will read. It need not exist.
func sumExpGeneric(x []float32, s, m float32, _ int) float32 {
	var sum [16]float32
	for i, v := range x {
		sum[i%16] += expGeneric(float32(v*s) - m)
	}
	return foldGeneric(&sum)
}

// entropySumsGeneric returns the sum of sumExp, and Σ e^d·d for d = x[i]·s − m.
// Terms with e^d = 0 add nothing to either.
func entropySumsGeneric(x []float32, s, m float32, _ int) (sum, dev float32) {
	var a, b [16]float32
	for i, v := range x {
		d := float32(v*s) - m
		e := expGeneric(d)
		a[i%16] += e
		b[i%16] += float32(e * max(d, expMin))
	}
	return foldGeneric(&a), foldGeneric(&b)
}

// expHereGeneric is sumExp that leaves e^(x[i]·s − m) in x[i].
func expHereGeneric(x []float32, s, m float32, _ int) float32 {
	return expRowGeneric(x, x, s, m)
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

// expMassGeneric returns Σ e^(x[i]·s − m), the float32 terms summed in float64
// and in ascending order (the assembly: in lanes).
func expMassGeneric(x []float32, s, m float32) (sum float64) {
	for _, v := range x {
		sum += float64(expGeneric(float32(v*s) - m))
	}
	return sum
}

// firstAtGeneric returns the smallest i with x[i] = v, or len(x).
func firstAtGeneric(x []float32, v float32) int {
	for i, u := range x {
		if u == v {
			return i
		}
	}
	return len(x)
}

// softmaxBackwardGeneric computes x[i] = p·(c0 + c1·l) with l = x[i]·s − lse
// and p = e^l; softmaxBackward0 is the same for c1 = 0.
func softmaxBackwardGeneric(x []float32, s, lse, c0, c1 float32) {
	for i, v := range x {
		l := float32(v*s) - lse
		x[i] = expGeneric(l) * (c0 + float32(c1*max(l, expMin)))
	}
}

func softmaxBackward0Generic(x []float32, s, lse, c0 float32) {
	for i, v := range x {
		x[i] = expGeneric(float32(v*s)-lse) * c0
	}
}
