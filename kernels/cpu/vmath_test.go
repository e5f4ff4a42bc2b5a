package cpu

import (
	"flag"
	"math"
	"math/big"
	"testing"
)

// elementary lists the functions with their references and, for each
// implementation, the largest error in units in the last place that is allowed.
var elementary = []struct {
	name       string
	f          func(isa isa, y, x []float32)
	want       func(float64) float64
	vector, Go float64   // for AVX2 and AVX-512, and for generic
	edges      []float64 // arguments and their exact results
}{
	{"Exp", func(isa isa, y, x []float32) { expRow(isa, y, x, 1, 0) }, math.Exp, 0.9, 0.51,
		[]float64{0, 1, math.Copysign(0, -1), 1, math.Inf(1), math.Inf(1), math.Inf(-1), 0, 89, math.Inf(1), -88, 0}},
	{"Log", logVec, math.Log, 0.9, 0.51,
		[]float64{1, 0, 0, math.Inf(-1), math.Copysign(0, -1), math.Inf(-1), math.Inf(1), math.Inf(1), -1, math.NaN(), -0x1p-149, math.NaN(), math.Inf(-1), math.NaN()}},
	{"Tanh", tanhVec, math.Tanh, 2.6, 0.51,
		[]float64{0, 0, math.Copysign(0, -1), math.Copysign(0, -1), math.Inf(1), 1, math.Inf(-1), -1, 30, 1, -0x1p-149, -0x1p-149, 0x1p-127, 0x1p-127}},
	{"Rsqrt", rsqrtVec, func(x float64) float64 { return 1 / math.Sqrt(x) }, 0.51, 0.51,
		[]float64{1, 1, 4, 0.5, 0x1p-148, 0x1p74, 0, math.Inf(1), math.Copysign(0, -1), math.Inf(-1), math.Inf(1), 0, -1, math.NaN(), math.Inf(-1), math.NaN()}},
}

var ulpStride = flag.Int("ulp-stride", 4099, "test elementary functions at one float32 in so many")

// Every 4099th float32 (every 20495th with -short; -ulp-stride N: every Nth) of all signs and sizes,
// subnormal ones and NaN included.
func TestElementaryULP(t *testing.T) {
	stride := uint64(*ulpStride)
	if testing.Short() {
		stride *= 5
	}
	for _, e := range elementary {
		for _, i := range isas(t) {
			worst, at := 0.0, float32(0)
			x, y := make([]float32, 1021), make([]float32, 1021)
			for bits := uint64(0); bits < 1<<32; bits += stride * uint64(len(x)) {
				for j := range x {
					x[j] = math.Float32frombits(uint32(bits + stride*uint64(j)))
				}
				e.f(i, y, x)
				for j, v := range y {
					err := ulps(v, e.want(float64(x[j])), e.name == "Exp")
					if !(err <= worst) {
						worst, at = err, x[j]
					}
				}
			}
			t.Logf("%s, isa %d: at most %.3f ulp, at %v", e.name, i, worst, at)
			allowed := e.vector
			if i == generic {
				allowed = e.Go
			}
			if !(worst <= allowed) {
				t.Errorf("%s, isa %d: %.3f ulp at %v (%#x), want at most %v", e.name, i, worst, at, math.Float32bits(at), allowed)
			}
		}
	}
}

// ulps is the distance of v from the exact result in units in the last place.
// flush says that results below the smallest normal number are 0.
func ulps(v float32, want float64, flush bool) float64 {
	got := float64(v)
	switch {
	case math.IsNaN(want) && math.IsNaN(got) || got == want:
		return 0
	case math.IsNaN(want) || math.IsNaN(got):
		return math.Inf(1)
	case float32(want) == v && math.IsInf(got, 0):
		return 0
	case flush && want < 0x1p-126*(1+0x1p-20):
		if got == 0 || got == 0x1p-126 {
			return 0
		}
	case math.Signbit(want) != math.Signbit(got):
		return math.Inf(1)
	}
	return math.Abs(got-want) / math.Ldexp(1, max(math.Ilogb(want)-23, -149))
}

func TestElementaryEdges(t *testing.T) {
	for _, e := range elementary {
		for _, i := range isas(t) {
			for n := 1; n <= 35; n++ { // wherever the number stands in a vector
				x, y := make([]float32, n), make([]float32, n)
				for k := 0; k < len(e.edges); k += 2 {
					for j := range x {
						x[j] = float32(e.edges[k])
					}
					e.f(i, y, x)
					for j, v := range y {
						if w := e.edges[k+1]; float64(v) != w && !(v != v && w != w) || v == 0 && math.Signbit(float64(v)) != math.Signbit(w) {
							t.Fatalf("%s, isa %d: f(%v) = %v, want %v (element %d of %d)", e.name, i, x[j], v, w, j, n)
						}
					}
				}
				x[0] = float32(math.NaN())
				if e.f(i, y, x); y[0] == y[0] {
					t.Fatalf("%s, isa %d: f(NaN) = %v", e.name, i, y[0])
				}
			}
		}
	}
}

// The references themselves: package math against 200 bits, at some arguments.
func TestElementaryReferences(t *testing.T) {
	for k := -40; k <= 40; k++ {
		x := float64(float32(k) * 0.13)
		e := bigExp(x)
		near64(t, "Exp", math.Exp(x), e)
		one := big.NewFloat(1)
		e2 := bigExp(2 * x)
		num, den := new(big.Float).Sub(e2, one), new(big.Float).Add(e2, one)
		near64(t, "Tanh", math.Tanh(x), num.Quo(num, den))
		if k > 0 {
			// ln is the inverse: e^ln x = x, to the precision of ln x itself.
			back := bigExp(math.Log(x))
			near64(t, "Log", x, back)
			root := new(big.Float).SetPrec(200).Sqrt(big.NewFloat(x))
			near64(t, "Rsqrt", 1/math.Sqrt(x), root.Quo(one, root))
		}
	}
}

// bigExp is e^x = (e^(x/1024))^1024 by its Taylor series.
func bigExp(x float64) *big.Float {
	const prec = 200
	r := new(big.Float).SetPrec(prec).SetFloat64(x / 1024)
	sum, term := new(big.Float).SetPrec(prec).SetInt64(1), new(big.Float).SetPrec(prec).SetInt64(1)
	for k := int64(1); k < 40; k++ {
		term.Mul(term, r).Quo(term, new(big.Float).SetPrec(prec).SetInt64(k))
		sum.Add(sum, term)
	}
	for range 10 {
		sum.Mul(sum, sum)
	}
	return sum
}

func near64(t *testing.T, name string, got float64, want *big.Float) {
	t.Helper()
	w, _ := want.Float64()
	if math.Abs(got-w) > 1e-15*math.Abs(w)+1e-300 {
		t.Errorf("math's %s: %v, want %v", name, got, w)
	}
}

// isas are the implementations of this machine.
func isas(t *testing.T) []isa {
	t.Helper()
	var list []isa
	for _, l := range available() {
		if l <= levelAVX512 {
			list = append(list, l.isa())
		}
	}
	return list
}
