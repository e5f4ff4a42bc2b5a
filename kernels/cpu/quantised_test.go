package cpu

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Rows and groups of activations at the limits of what can be rounded, and
// weights of extreme bytes with every kind of scale: the same bits from every
// implementation, and NaN in the same places.
func TestQuantisedExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	const K, N = 96, 35
	rows := [][3]float32{ // first number, the others, the last one
		{0, 0, 0}, {float32(math.Copysign(0, -1)), 0, 0}, {0x1p-149, 0x1p-140, 0}, {0x1p-100, -0x1p-101, 0x1p-120}, {0x1.fffffep-101, 0, 0},
		{math.MaxFloat32, 1, -math.MaxFloat32}, {inf, 1, 2}, {1, 2, -inf}, {nan, 1, 0}, {0, 1, nan}, {127, 0.5, 1.5}, {-127, -2.5, 63.5}, {1, 1, 1}, {-1, -1, -1},
	}
	T := len(rows)
	x := make([]float32, T*K)
	for i, row := range rows {
		for k := range K {
			x[i*K+k] = row[1]
		}
		x[i*K], x[i*K+K-1] = row[0], row[2]
	}
	scales := []uint16{0, 0x8000, 1, 0x3ff, 0x3c00, 0xbc00, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00} // ±0, subnormal, ±1, ±65504, ±∞, NaN
	for _, f := range append([]kernels.BlockFormat{0}, blockFormats...) {
		weight := func() *kernels.Weight { // rows of x's kind, over and over
			raw := make([]float32, N*K)
			for n := range N {
				copy(raw[n*K:], x[n%T*K:][:K])
			}
			return &kernels.Weight{Raw: of(raw), N: N, K: K, Compute: kernels.I8}
		}
		if f != 0 {
			weight = func() *kernels.Weight {
				data := make([]byte, N*K/kernels.BlockSize*f.Bytes())
				for i := range data {
					data[i] = []byte{0x80, 0x7f, 0xff, 0x00, 0x0f, 0xf0, 0x81}[i%7]
				}
				for i := range len(data) / f.Bytes() {
					binary.LittleEndian.PutUint16(data[i*f.Bytes():], scales[i/3%len(scales)])
					if f == kernels.Q4_1 {
						binary.LittleEndian.PutUint16(data[i*f.Bytes()+2:], scales[i/7%len(scales)])
					}
				}
				return &kernels.Weight{N: N, K: K, Compute: kernels.I8, Blocks: &kernels.Blocks{Format: f, Data: data}}
			}
		}
		var first []float32
		for _, impl := range Impls() {
			for _, workers := range []int{1, 3} {
				b, w := open(t, impl, workers), weight()
				b.Pack(w)
				y := make([]float32, T*N)
				b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
				for i := range y { // which NaN it is may differ
					if y[i] != y[i] {
						y[i] = nan
					}
				}
				if first == nil {
					first = y
				}
				same(t, fmt.Sprintf("%s %s with %d workers", f, impl, workers), y, first)
				one := make([]float32, N)
				for i := range T {
					b.Linear(of(one), of(x[i*K:][:K]), w, 1, kernels.Epilogue{})
					for n, v := range one {
						if v == v || y[i*N+n] == y[i*N+n] {
							same(t, fmt.Sprintf("%s %s row %d alone", f, impl, i), one[n:n+1], y[i*N+n:][:1])
						}
					}
				}
			}
		}
	}
}

// A product with quantised weights makes no garbage, prompt or decode.
func TestQuantisedProductsAllocateNothing(t *testing.T) {
	r := stream(t)
	const N, K = 70, 96
	x, y := normals(r, 40*K), make([]float32, 40*N)
	for _, impl := range vectorImpls() {
		b := open(t, impl, 2)
		weights := []*kernels.Weight{{Raw: of(normals(r, N*K)), N: N, K: K, Compute: kernels.I8}}
		for _, f := range blockFormats {
			weights = append(weights, randomBlocks(r, f, N, K, kernels.F32), randomBlocks(r, f, N, K, kernels.I8))
		}
		for i, w := range weights {
			b.Pack(w)
			for _, T := range []int{1, 3, 40} {
				f := func() { b.Linear(of(y), of(x), w, T, kernels.Epilogue{}) }
				f()
				if n := testing.AllocsPerRun(10, f); n > 0 {
					t.Errorf("%s, weight %d, %d rows: %v allocations", impl, i, T, n)
				}
			}
			again := func() { b.Pack(w) } // into the memory it has
			if n := testing.AllocsPerRun(5, again); n > 8 {
				t.Errorf("%s, weight %d: %v allocations in packing again", impl, i, n)
			}
		}
	}
}
