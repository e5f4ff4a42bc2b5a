package bench

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// microCases are one tile of a product, which is one call of a micro-kernel
// with the cost of the call around it, and packing.
func microCases() []Case {
	var list []Case
	for _, m := range []struct {
		name, dt, impl string
		rows, cols     int
	}{
		{"f32_12x32", "f32", "", 12, 32}, {"f32_8x32", "f32", "", 8, 32}, {"f32_6x16", "f32", "avx2", 6, 16},
		{"bf16_12x32", "bf16", "", 12, 32}, {"bf16_16x32", "bf16", "", 16, 32}, {"i8", "i8", "", 16, 32},
	} {
		const K = 480
		list = append(list, Case{Name: fmt.Sprintf("MicroKernel/%s/K%d", m.name, K), Shape: fmt.Sprintf("%d×%d K%d", m.rows, m.cols, K), DType: m.dt,
			Flops: 2 * float64(m.rows*m.cols*K),
			Setup: func(e *Env) func() {
				if m.impl != "" && e.Impl != m.impl {
					e.Skip("a kernel of -impl " + m.impl)
				}
				return product(e, "NT", m.dt, m.rows, m.cols, K, true, nil)
			}})
	}
	for _, s := range [][2]int{{480, 512}, {96, 1024}, {576, 49152}} {
		K, N := s[0], s[1]
		list = append(list, Case{Name: fmt.Sprintf("Pack/BT/%dx%d", K, N), Shape: fmt.Sprintf("[%d,%d]", N, K), Bytes: 8 * float64(K*N),
			Setup: func(e *Env) func() {
				w := e.weight(N, K, kernels.F32)
				return func() { e.Backend.Pack(w) }
			}})
	}
	// The other two orders are packed inside products, whose arithmetic is part of
	// the time. A: dw of 32 columns, for which dyᵀ [480, 512] is packed into tiles of
	// rows. B: four tiles of rows by a matrix [480, 512] as it stands, which package
	// cpu copies into panels or reads in place, as it finds quicker.
	const K, N = 480, 512
	pack := func(name, shape, form string, t, n, k int) {
		list = append(list, Case{Name: fmt.Sprintf("Pack/%s/%dx%d", name, K, N), Shape: shape, Bytes: 8 * K * N,
			Setup: func(e *Env) func() { return product(e, form, "f32", t, n, k, false, nil) }})
	}
	pack("A", "32 columns of dw", "TN", N, K, 32)
	pack("B", "48 rows of dx", "NN", 48, K, N)
	return list
}
