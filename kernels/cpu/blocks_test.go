package cpu

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

var blockFormats = []kernels.BlockFormat{kernels.Q8_0, kernels.Q4_0, kernels.Q4_1}

// randomBlocks returns a weight [N, K] of any bytes, with scales of usual size.
func randomBlocks(r *rand.Rand, f kernels.BlockFormat, N, K int, compute kernels.DType) *kernels.Weight {
	data := make([]byte, N*K/kernels.BlockSize*f.Bytes())
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	for at := 0; at < len(data); at += f.Bytes() {
		half := func(x float64) []byte {
			return binary.LittleEndian.AppendUint16(nil, float16.Fromfloat32(float32(x)).Bits())
		}
		copy(data[at:], half(r.NormFloat64()/50))
		if f == kernels.Q4_1 {
			copy(data[at+2:], half(r.NormFloat64()/10))
		}
	}
	return &kernels.Weight{N: N, K: K, Compute: compute, Blocks: &kernels.Blocks{Format: f, Data: data}}
}

// fma32 rounds once, also where the sum in float64 would be rounded to the
// middle between two float32.
func TestFMA32(t *testing.T) {
	r := stream(t)
	for range 200000 {
		a := float32(r.NormFloat64())
		b, c := float32(math.Ldexp(r.NormFloat64(), r.IntN(60)-30)), float32(math.Ldexp(r.NormFloat64(), r.IntN(60)-30))
		exact := float32(math.FMA(float64(a), float64(b), float64(c))) // the sum with 53 bits; then twice rounded
		got := fma32(a, b, c)
		if d := math.Abs(float64(got) - float64(exact)); d > math.Abs(float64(exact))*0x1p-23 {
			t.Fatalf("fma32(%v, %v, %v) = %v, want about %v", a, b, c, got, exact)
		}
	}
	// 1 + 2⁻²⁴ + 2⁻⁶⁰ lies just above the middle of 1 and its successor; in
	// float64 it becomes the middle, which float32 rounds to 1.
	a, b := float32(1+0x1p-12), float32(0x1p-24)
	if got, want := fma32(a, b, 1), float32(1+0x1p-23); got != want {
		t.Errorf("above the middle: %v, want %v", got, want)
	}
	if got := fma32(0x1p-30, 0x1p-30, 1+0x1p-23); got != 1+0x1p-23 {
		t.Errorf("below the middle: %v", got)
	}
}

// Products in integers have the same bits in every implementation; those in
// float32 agree with the reference.
func TestBlocks(t *testing.T) {
	r := stream(t)
	for _, f := range blockFormats {
		for _, z := range [][3]int{{1, 32, 32}, {1, 5, 64}, {2, 17, 96}, {3, 64, 288}, {5, 33, 576}, {7, 16, 32}, {16, 96, 320}, {31, 40, 352}, {65, 70, 544}} {
			T, N, K := z[0], z[1], z[2]
			x, bias, old := normals(r, T*K), normals(r, N), normals(r, T*N)
			for _, compute := range []kernels.DType{kernels.F32, kernels.I8} {
				w := randomBlocks(r, f, N, K, compute)
				want, size := make([]float64, T*N), float64(K)
				ref.New().Pack(w)
				ref.New().Linear(kernels.Of(want), widened(x), w, T, kernels.Epilogue{Bias: widened(bias), Add: widened(old)})
				w.Packed = nil
				var first []float32
				for _, impl := range vectorImpls() {
					b := open(t, impl, 2)
					b.Pack(w)
					y := clone(old)
					b.Linear(of(y), of(x), w, T, kernels.Epilogue{Bias: of(bias), Add: of(y)})
					label := fmt.Sprintf("%s %s %s %v", impl, f, compute, z)
					near(t, label, y, want, 2e-6*math.Sqrt(size))
					if compute == kernels.I8 {
						if first == nil {
							first = y
						}
						same(t, label, y, first)
					}
				}
			}
		}
	}
}

func widened(x []float32) kernels.Buffer {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return kernels.Of(y)
}

// BenchmarkBlocks reports GOP/s, and GB/s of weights.
func BenchmarkBlocks(bm *testing.B) {
	r := stream(bm)
	for _, f := range blockFormats {
		for _, compute := range []kernels.DType{kernels.F32, kernels.I8} {
			for _, z := range [][3]int{{1, 4864, 896}, {1, 896, 4864}, {8, 4864, 896}, {64, 4864, 896}, {512, 4864, 896}, {512, 896, 4864}} {
				T, N, K := z[0], z[1], z[2]
				bm.Run(fmt.Sprintf("%s/%s/%dx%dx%d", f, compute, T, N, K), func(bm *testing.B) {
					b := open(bm, "avx512", 1)
					w := randomBlocks(r, f, N, K, compute)
					b.Pack(w)
					x, y := normals(r, T*K), make([]float32, T*N)
					b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
					bm.ResetTimer()
					for range bm.N {
						b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
					}
					s := bm.Elapsed().Seconds() / float64(bm.N)
					bm.ReportMetric(2e-9*float64(T*N*K)/s, "GOP/s")
					bm.ReportMetric(1e-9*float64(len(w.Blocks.Data))/s, "GB/s")
				})
			}
		}
	}
}
