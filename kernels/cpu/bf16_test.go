package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

var shapes16 = [][3]int{ // T, N, K
	{1, 1, 1}, {2, 3, 5}, {1, 96, 96}, {3, 33, 17}, {5, 64, 32}, {7, 31, 64}, {11, 96, 40},
	{16, 32, 16}, {17, 100, 7}, {32, 130, 65}, {49, 48, 96}, {130, 70, 33}, {2, 1000, 3}, {3, 5, 7200}, {1100, 19, 70},
	{0, 4, 4}, {4, 4, 0}, {4, 70, 0},
}

// factor16 is what a factor becomes.
func factor16(x float32) float32 { return low16(round16(x)) }

func factors16(x []float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = factor16(v)
	}
	return y
}

// The three products agree with sums in float64 of rounded factors.
func TestBF16(t *testing.T) {
	for _, impl := range Impls() {
		for _, workers := range []int{1, 3} {
			b := open(t, impl, workers)
			for _, s := range shapes16 {
				T, N, K := s[0], s[1], s[2]
				r := stream(t, T, N, K)
				x, raw, bias, y0 := normals(r, T*K), normals(r, N*K), normals(r, N), normals(r, T*N)
				dy, dx0, dw0 := normals(r, T*N), normals(r, T*K), normals(r, N*K)
				fx, fw, fy := factors16(x), factors16(raw), factors16(dy)
				w := &kernels.Weight{Raw: of(raw), N: N, K: K, Compute: kernels.BF16}
				b.Pack(w)
				tol := 2e-7 * float64(K+N+T+16)
				for _, acc := range []bool{false, true} {
					name := fmt.Sprint(impl, s, acc)
					y := clone(y0)
					e := kernels.Epilogue{Bias: of(bias)}
					if acc {
						e.Add = of(y)
					}
					b.Linear(of(y), of(x), w, T, e)
					want := plainMul(T, N, K, fx, K, 1, fw, 1, K)
					for i := range want {
						want[i] += float64(bias[i%N])
						if acc {
							want[i] += float64(y0[i])
						}
					}
					near(t, "y "+name, y, want, tol)

					dx := clone(dx0)
					b.LinearBackwardX(of(dx), of(dy), w, T, acc)
					want = plainMul(T, K, N, fy, N, 1, fw, K, 1)
					for i := range want {
						if acc {
							want[i] += float64(dx0[i])
						}
					}
					near(t, "dx "+name, dx, want, tol)
				}
				dw := clone(dw0)
				b.LinearBackwardW(of(dw), kernels.Buffer{}, of(dy), of(x), T, N, K, kernels.BF16)
				want := plainMul(N, K, T, fy, 1, N, fx, K, 1)
				for i := range want {
					want[i] += float64(dw0[i])
				}
				near(t, fmt.Sprint(impl, s, " dw"), dw, want, tol)
			}
		}
	}
}

// fma16 is a·b + c rounded once, with subnormal numbers taken and given as 0.
// a·b is exact in float64; the sum is rounded to odd there, so that rounding
// it again to float32 is as good as rounding once.
func fma16(a, b, c float32) float32 {
	p := float64(a) * float64(b)
	return flush(float32(oddSum(p, float64(flush(c)))))
}

// oddSum is x + y in float64, rounded to odd: inexact sums end in a 1.
func oddSum(x, y float64) float64 {
	s := x + y
	if math.IsInf(s, 0) || math.IsNaN(s) {
		return s
	}
	z := s - x
	rest := (x - (s - z)) + (y - z) // x + y = s + rest exactly
	if rest != 0 && math.Float64bits(s)&1 == 0 {
		if (rest > 0) == (s > 0) {
			return math.Float64frombits(math.Float64bits(s) + 1)
		}
		return math.Float64frombits(math.Float64bits(s) - 1)
	}
	return s
}

func flush(x float32) float32 {
	if math.Float32bits(x)&0x7f800000 == 0 {
		return math.Float32frombits(math.Float32bits(x) & 0x80000000)
	}
	return x
}

// plainTiles is TDPBF16PS over a whole sum: a and b are factors, k a multiple of 32.
func plainTiles(c float32, a, b []float32) float32 {
	for ; len(a) > 0; a, b = a[32:], b[32:] {
		var even, odd float32
		for p := 0; p < 32; p += 2 {
			even = fma16(a[p], b[p], even)
			odd = fma16(a[p+1], b[p+1], odd)
		}
		c = flush(flush(c) + flush(even+odd))
	}
	return c
}

// plainPairs is VDPBF16PS over a whole sum: the odd product first.
func plainPairs(c float32, a, b []float32) float32 {
	for p := 0; p < len(a); p += 2 {
		c = fma16(a[p+1], b[p+1], c)
		c = fma16(a[p], b[p], c)
	}
	return c
}

// plainWiden is a chain of fused multiply-adds.
func plainWiden(c float32, a, b []float32) float32 {
	for p := range a {
		c = float32(oddSum(float64(a[p])*float64(b[p]), float64(c)))
	}
	return c
}

// plainGeneric rounds the product too.
func plainGeneric(c float32, a, b []float32) float32 {
	for p := range a {
		c += float32(a[p] * b[p])
	}
	return c
}

// The bits of every level are those of its definition, also where numbers are
// large, small or subnormal.
func TestBF16Exact(t *testing.T) {
	define := map[level]func(float32, []float32, []float32) float32{
		levelGeneric: plainGeneric, levelAVX2: plainWiden, levelAVX512: plainWiden, levelAVX512BF16: plainPairs, levelAMX: plainTiles}
	for _, impl := range Impls() {
		l, _ := parseLevel(impl)
		b := open(t, impl, 2)
		for trial, scale := range []float64{1, 1, 40, 70, 126} {
			const T, N, K = 37, 43, 96
			r := stream(t, trial)
			draw := func(n int) []float32 {
				x := make([]float32, n)
				for i := range x {
					x[i] = float32(r.NormFloat64() * math.Exp2(float64(trial%2*2-1)*scale*r.Float64()))
				}
				return x
			}
			x, raw := draw(T*K), draw(N*K)
			w := &kernels.Weight{Raw: of(raw), N: N, K: K, Compute: kernels.BF16}
			b.Pack(w)
			y := make([]float32, T*N)
			b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
			fx, fw := factors16(x), factors16(raw)
			for i := range T {
				for j := range N {
					want := define[l](0, fx[i*K:][:K], fw[j*K:][:K])
					if got := y[i*N+j]; math.Float32bits(got) != math.Float32bits(want) && !(got != got && want != want) {
						t.Fatalf("%s, trial %d: y[%d,%d] = %v (%x), want %v (%x)", impl, trial, i, j, got, math.Float32bits(got), want, math.Float32bits(want))
					}
				}
			}
		}
	}
}

// Calls in steady state allocate nothing.
func TestBF16Allocations(t *testing.T) {
	for _, impl := range Impls() {
		b := open(t, impl, 2)
		const T, N, K = 40, 70, 100
		r := stream(t)
		w := &kernels.Weight{Raw: of(normals(r, N*K)), N: N, K: K, Compute: kernels.BF16}
		x, y, gate, dw := of(normals(r, T*K)), of(normals(r, T*N)), of(normals(r, T*N)), of(normals(r, N*K))
		x2, dw2, low := of(normals(r, T*K)), of(normals(r, N*K)), &kernels.Weight{Raw: of(normals(r, N*4)), N: N, K: 4}
		b.Pack(low)
		maps := []kernels.Map{{W: w, Y: y}, {W: w, Y: gate, Epilogue: kernels.Epilogue{LowRank: &kernels.LowRank{U: of(normals(r, T*4)), B: low}}}}
		grads := []kernels.MapGrad{{W: w, DY: y, DW: dw}, {W: w, DY: gate, DW: dw2}}
		step := func() {
			b.Pack(w)
			b.Linear(y, x, w, T, kernels.Epilogue{Gate: gate})
			b.LinearBackwardX(x, y, w, T, true)
			b.LinearBackwardW(dw, kernels.Buffer{}, y, x, T, N, K, kernels.BF16)
			b.Linears(x, maps, T)
			b.LinearsBackward(x, x2, grads, T, false)
		}
		step()
		if n := testing.AllocsPerRun(20, step); n != 0 {
			t.Errorf("%s: %v allocations a step", impl, n)
		}
	}
}

// Maps of one input have the bits of one after the other with any number of
// workers, however the rows and the columns are shared out.
func TestBF16JoinedWorkers(t *testing.T) {
	const T, K = 1300, 70
	ns := []int{96, 40, 17}
	for _, impl := range Impls() {
		if impl == "generic" {
			continue // its own slowness; the sharing is the same
		}
		var want [][]float32
		for _, workers := range []int{0, 1, 2, 3, 7} { // 0: one after the other
			b, r := open(t, impl, max(1, workers)), stream(t, impl)
			x, dx := normals(r, T*K), normals(r, T*K)
			got := [][]float32{dx}
			var maps []kernels.Map
			var grads []kernels.MapGrad
			for _, n := range ns {
				w := &kernels.Weight{Raw: of(normals(r, n*K)), N: n, K: K, Compute: kernels.BF16}
				b.Pack(w)
				y, dw := make([]float32, T*n), normals(r, n*K)
				got = append(got, y, dw)
				maps = append(maps, kernels.Map{W: w, Y: of(y)})
				grads = append(grads, kernels.MapGrad{W: w, DY: of(normals(r, T*n)), DW: of(dw)})
			}
			if workers > 0 {
				b.Linears(of(x), maps, T)
				b.LinearsBackward(of(dx), of(x), grads, T, true)
			} else {
				for i, m := range maps {
					b.Linear(m.Y, of(x), m.W, T, kernels.Epilogue{})
					b.LinearBackwardW(grads[i].DW, kernels.Buffer{}, grads[i].DY, of(x), T, m.W.N, K, kernels.BF16)
					b.LinearBackwardX(of(dx), grads[i].DY, m.W, T, true)
				}
				want = got
			}
			for i := range want {
				same(t, fmt.Sprint(impl, workers, i), got[i], want[i])
			}
		}
	}
}

// A batch of gradients given in two calls has the bits of one call when it is
// cut at a multiple of 32 rows; without tiles, at an even row.
func TestBF16GradientAccumulation(t *testing.T) {
	for _, impl := range Impls() {
		b, r := open(t, impl, 2), stream(t, impl)
		const T, N, K = 1300, 50, 70
		dy, x, dw := normals(r, T*N), normals(r, T*K), normals(r, N*K)
		one := clone(dw)
		b.LinearBackwardW(of(one), kernels.Buffer{}, of(dy), of(x), T, N, K, kernels.BF16)
		for _, cut := range []int{32, 96, 1024, 210} {
			if cut%32 != 0 && impl == "amx" {
				continue
			}
			two := clone(dw)
			b.LinearBackwardW(of(two), kernels.Buffer{}, of(dy[:cut*N]), of(x[:cut*K]), cut, N, K, kernels.BF16)
			b.LinearBackwardW(of(two), kernels.Buffer{}, of(dy[cut*N:]), of(x[cut*K:]), T-cut, N, K, kernels.BF16)
			same(t, impl, two, one)
		}
	}
}

// The conversions of every level are their generic definitions, bit by bit, for
// any number: NaN and subnormal numbers too.
func TestBF16Conversions(t *testing.T) {
	for _, impl := range Impls() {
		l, _ := parseLevel(impl)
		r, isa := stream(t, impl), l.isa()
		const stride, blocks, rows = 100, 3, 29
		src := make([]float32, 32*stride)
		for i := range src {
			bits := uint32(r.Uint64())
			switch i % 5 {
			case 0:
				bits |= 0x7f800000 // NaN, mostly
			case 1:
				bits &^= 0x7f800000 // subnormal
			case 2:
				bits = bits&^0xffff | 0x8000 // halfway
			}
			src[i] = math.Float32frombits(bits)
		}
		check := func(name string, f, define func(dst []uint32)) {
			got, want := make([]uint32, 4096), make([]uint32, 4096)
			f(got)
			define(want)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%s: %s: word %d is %x, want %x", impl, name, i, got[i], want[i])
				}
			}
		}
		check("rows", func(dst []uint32) { rowsBlock(isa, dst, src, stride) }, func(dst []uint32) { rowsBlockGeneric(dst, src, stride) })
		check("pairs", func(dst []uint32) { pairsRows(isa, dst, 600, src, stride, 5) }, func(dst []uint32) { pairsRowsGeneric(dst, 600, src, stride, 5) })
		pairs := words(src)
		check("turned", func(dst []uint32) { turnPairs(isa, dst, 1024, 48, pairs, 3) }, func(dst []uint32) { turnPairsGeneric(dst, 1024, 48, pairs, 3) })
		check("stripes", func(dst []uint32) { convertRows(isa, dst, src, stride, rows, blocks) },
			func(dst []uint32) { convertRowsGeneric(dst, src, stride, rows, blocks) })
		check("wide", func(dst []uint32) { widenRow(isa, dst[:96], src[:83]) }, func(dst []uint32) { widenRowGeneric(dst[:96], src[:83]) })
		var wide [32 * 32]uint32
		for i := range wide {
			wide[i] = uint32(r.Uint64())
		}
		check("wide, turned", func(dst []uint32) { turnWide(isa, dst, 48, &wide) }, func(dst []uint32) { turnWideGeneric(dst, 48, &wide) })
	}
}
