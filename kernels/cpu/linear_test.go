package cpu

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

var linearShapes = [][3]int{ // T, N, K
	{1, 1, 1}, {2, 3, 5}, {1, 96, 96}, {3, 33, 17}, {5, 64, 32}, {7, 31, 64}, {11, 96, 40},
	{12, 32, 16}, {13, 100, 7}, {25, 130, 65}, {49, 48, 96}, {130, 70, 33}, {2, 1000, 3}, {3, 5, 4200}, {600, 9, 70},
	{0, 4, 4}, {4, 4, 0},
}

func TestLinear(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		for _, s := range linearShapes {
			T, N, K := s[0], s[1], s[2]
			r := stream(t, T, N, K)
			x, raw, bias, y0 := normals(r, T*K), normals(r, N*K), normals(r, N), normals(r, T*N)
			dy, dx0, dw0, db0 := normals(r, T*N), normals(r, T*K), normals(r, N*K), normals(r, N)
			w := &kernels.Weight{Raw: of(raw), N: N, K: K}
			b.Pack(w)
			tol := 2e-7 * float64(K+N+T+16)
			for _, acc := range []bool{false, true} {
				name := fmt.Sprint(s, acc)
				y := clone(y0)
				e := kernels.Epilogue{Bias: of(bias)}
				if acc {
					e.Add = of(y)
				}
				b.Linear(of(y), of(x), w, T, e)
				want := plainMul(T, N, K, x, K, 1, raw, 1, K)
				for i := range want {
					want[i] += float64(bias[i%N])
					if acc {
						want[i] += float64(y0[i])
					}
				}
				near(t, "y "+name, y, want, tol)

				dx := clone(dx0)
				b.LinearBackwardX(of(dx), of(dy), w, T, acc)
				want = plainMul(T, K, N, dy, N, 1, raw, K, 1)
				for i := range want {
					if acc {
						want[i] += float64(dx0[i])
					}
				}
				near(t, "dx "+name, dx, want, tol)
			}
			dw, db := clone(dw0), clone(db0)
			b.LinearBackwardW(of(dw), of(db), of(dy), of(x), T, N, K, kernels.F32)
			want := plainMul(N, K, T, dy, 1, N, x, K, 1)
			for i := range want {
				want[i] += float64(dw0[i])
			}
			near(t, "dw", dw, want, tol)
			sum := make([]float64, N)
			for n := range N {
				sum[n] = float64(db0[n])
				for q := range T {
					sum[n] += float64(dy[q*N+n])
				}
			}
			near(t, "dbias", db, sum, tol)
		}
	})
}

// The B of an adapter may be packed for any product, or not at all: the
// product with it is float32.
func TestLowRankPacking(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		const T, N, K, R = 5, 70, 33, 9
		r := stream(t)
		x, u, raw, low := normals(r, T*K), normals(r, T*R), normals(r, N*K), normals(r, N*R)
		w := &kernels.Weight{Raw: of(raw), N: N, K: K}
		b.Pack(w)
		product := func(compute kernels.DType, pack bool) []float32 {
			y, lowB := make([]float32, T*N), &kernels.Weight{Raw: of(low), N: N, K: R, Compute: compute}
			if pack {
				b.Pack(lowB)
			}
			b.Linear(of(y), of(x), w, T, kernels.Epilogue{LowRank: &kernels.LowRank{U: of(u), B: lowB}})
			return y
		}
		want := product(kernels.F32, true)
		for _, compute := range []kernels.DType{kernels.F32, kernels.BF16, kernels.I8} {
			for _, pack := range []bool{false, compute != kernels.F32} {
				if got := product(compute, pack); !slices.Equal(got, want) {
					t.Fatalf("B %v, packed %v: other bits", compute, pack)
				}
			}
		}
	})
}

// Products in steady state allocate nothing, whatever their shape.
func TestProductAllocations(t *testing.T) {
	for _, impl := range vectorImpls() {
		b := open(t, impl, 2)
		for _, s := range [][3]int{{1, 300, 96}, {40, 70, 100}, {70, 600, 530}} {
			T, N, K := s[0], s[1], s[2]
			r := stream(t)
			w := &kernels.Weight{Raw: of(normals(r, N*K)), N: N, K: K}
			x, y, gate, bias := of(normals(r, T*K)), of(normals(r, T*N)), of(normals(r, T*N)), of(normals(r, N))
			dw, db := of(normals(r, N*K)), of(normals(r, N))
			low := kernels.LowRank{U: of(normals(r, T*4)), B: &kernels.Weight{Raw: of(normals(r, N*4)), N: N, K: 4}}
			step := func() {
				b.Pack(w)
				b.Pack(low.B)
				b.Linear(y, x, w, T, kernels.Epilogue{Bias: bias, Gate: gate, LowRank: &low})
				b.LinearBackwardX(x, y, w, T, true)
				b.LinearBackwardW(dw, db, y, x, T, N, K, kernels.F32)
			}
			for range 3 { // every worker has had every piece of scratch memory
				step()
			}
			if n := testing.AllocsPerRun(10, step); n > 0 {
				t.Errorf("%s, %v: %v allocations a step", impl, s, n)
			}
		}
	}
}

// Rows of C that are far apart, more steps than one block takes, and every way
// in which sums begin and end: the bits of one row after the other.
func TestSumsBesideEachOther(t *testing.T) {
	each(t, func(t *testing.T, b *Backend) {
		const T, N, K = 26, 1100, 1030
		r := stream(t)
		x, dy, raw := normals(r, T*K), normals(r, T*N), normals(r, N*K)
		y0, dx0, bias := normals(r, T*N), normals(r, T*K), normals(r, N)
		w := &kernels.Weight{Raw: of(raw), N: N, K: K}
		b.Pack(w)
		run := func(y, dx []float32, lo, hi int) {
			e := kernels.Epilogue{Bias: of(bias), Add: of(y[lo*N : hi*N])}
			b.Linear(of(y[lo*N:hi*N]), of(x[lo*K:hi*K]), w, hi-lo, e)
			b.LinearBackwardX(of(dx[lo*K:hi*K]), of(dy[lo*N:hi*N]), w, hi-lo, true)
		}
		y, dx, yRows, dxRows := clone(y0), clone(dx0), clone(y0), clone(dx0)
		run(y, dx, 0, T)
		for i := range T {
			run(yRows, dxRows, i, i+1)
		}
		if !slices.Equal(y, yRows) || !slices.Equal(dx, dxRows) {
			t.Fatal("other bits than row by row")
		}
	})
}

// A large weight is read as panels where many rows are multiplied, in place for
// few: with the same bits, and after a change with the changed weight.
func TestBackwardOfLargeWeight(t *testing.T) {
	for _, impl := range vectorImpls() {
		b := open(t, impl, 2)
		const T, N, K = 64, 1100, 970
		r := stream(t)
		dy, dx0, raw := normals(r, T*N), normals(r, T*K), normals(r, N*K)
		w := &kernels.Weight{Raw: of(raw), N: N, K: K}
		for change := range 2 {
			raw[change*N*K/2] += 3
			b.Pack(w)
			dx, rows := clone(dx0), clone(dx0)
			b.LinearBackwardX(of(dx), of(dy), w, T, true)
			for i := range T {
				b.LinearBackwardX(of(rows[i*K:(i+1)*K]), of(dy[i*N:(i+1)*N]), w, 1, true)
			}
			if !slices.Equal(dx, rows) {
				t.Fatalf("%s, change %d: other bits than row by row", impl, change)
			}
		}
	}
}

// A weight that nobody packed gives the same bits, whatever the number of rows
// and whatever follows the sums.
func TestUnpackedWeight(t *testing.T) {
	shapes := append([][3]int{{1, 70, 600}, {8, 70, 1300}, {64, 300, 700}, {130, 530, 360}, {260, 33, 345}}, linearShapes...)
	each(t, func(t *testing.T, b *Backend) {
		for _, s := range shapes {
			T, N, K := s[0], s[1], s[2]
			r := stream(t, T, N, K)
			x, raw, bias, gate, y0 := normals(r, T*K), normals(r, N*K), normals(r, N), normals(r, T*N), normals(r, T*N)
			packed, plain := &kernels.Weight{Raw: of(raw), N: N, K: K}, &kernels.Weight{Raw: of(raw), N: N, K: K}
			b.Pack(packed)
			for name, e := range map[string]kernels.Epilogue{"": {}, "bias": {Bias: of(bias)}, "gate": {Gate: of(gate)}} {
				for _, adds := range []bool{false, true} {
					product := func(w *kernels.Weight) []float32 {
						y, e := clone(y0), e
						if adds {
							e.Add = of(y)
						}
						b.Linear(of(y), of(x), w, T, e)
						return y
					}
					if !slices.Equal(product(plain), product(packed)) {
						t.Errorf("%v %s adds %v: other bits than with the packed weight", s, name, adds)
					}
				}
			}
			if plain.Packed != nil {
				t.Errorf("%v: Linear packed the weight", s)
			}
		}
	})
}
