package cpu

import (
	"math"
	"testing"
)

// maxULP is the error bound of the exponential in units of the last place.
var maxULP = map[string]float64{"generic": 0.51, "avx2": 0.9, "avx512": 0.9}

// e^x over the whole range, and at its edges.
func TestExp(t *testing.T) {
	for _, impl := range vectorImpls() {
		i, _ := parseISA(impl)
		worst, at := 0.0, float32(0)
		x, y := make([]float32, 4099), make([]float32, 4099)
		for block := range 200 {
			for j := range x {
				x[j] = -87.3 + (88.7+87.3)*(float32(block)+float32(j)/float32(len(x)))/200
			}
			expRow(i, y, x, 1, 0)
			for j, v := range y {
				want := math.Exp(float64(x[j]))
				ulp := math.Ldexp(1, math.Ilogb(want)-23)
				if e := math.Abs(float64(v)-want) / ulp; !(e <= worst) {
					worst, at = e, x[j]
				}
			}
		}
		t.Logf("%s: at most %.3f ulp, at %v", impl, worst, at)
		if !(worst <= maxULP[impl]) {
			t.Errorf("%s: %.3f ulp at %v, want at most %v", impl, worst, at, maxULP[impl])
		}
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		edges := []float32{0, float32(math.Copysign(0, -1)), inf, -inf, nan, 88.73, 1000, -87.34, -104, -1000, 88.7228, -87.3365}
		want := []float64{1, 1, math.Inf(1), 0, math.NaN(), math.Inf(1), math.Inf(1), 0, 0, 0, math.Exp(88.7228), math.Exp(-87.3365)}
		got := make([]float32, len(edges))
		expRow(i, got, edges, 1, 0)
		for j, w := range want {
			g := float64(got[j])
			if g != w && !(math.IsNaN(g) && math.IsNaN(w)) && !(math.Abs(g-w) <= 1e-5*w) {
				t.Errorf("%s: e^%v = %v, want %v", impl, edges[j], g, w)
			}
		}
	}
}
