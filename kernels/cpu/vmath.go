package cpu

//go:generate go run twins_gen.go

import "github.com/stepgrain/stepgrain/kernels"

// The elementary functions of vectors. These are their largest errors in units
// in the last place of the result, over one in 61 of all float32 (the test takes
// fewer):
//
//	       generic  avx2   avx512
//	Exp    0.500    0.873  0.873
//	Log    0.500    0.818  0.818
//	Tanh   0.500    2.509  2.509
//	Rsqrt  0.500    0.500  0.500
//
// Results of Exp below the smallest normal number are 0; the others are right
// for subnormal numbers too. 0, −0, ±∞ and NaN are treated as in package math.
// None uses the processor's approximations of 1/x and 1/√x, which makers round
// differently.

// Exp computes y = e^x; y may be x.
func (b *Backend) Exp(y, x kernels.Buffer, n int) {
	b.elementary("Exp", y, x, n, func(isa isa, y, x []float32) { expRow(isa, y, x, 1, 0) })
}

// Log computes y = ln x; y may be x.
func (b *Backend) Log(y, x kernels.Buffer, n int) { b.elementary("Log", y, x, n, logVec) }

// Tanh computes y = tanh x; y may be x.
func (b *Backend) Tanh(y, x kernels.Buffer, n int) { b.elementary("Tanh", y, x, n, tanhVec) }

// Rsqrt computes y = 1/√x; y may be x.
func (b *Backend) Rsqrt(y, x kernels.Buffer, n int) { b.elementary("Rsqrt", y, x, n, rsqrtVec) }

func (b *Backend) elementary(op string, y, x kernels.Buffer, n int, f func(isa isa, y, x []float32)) {
	ys, xs := need(op, "y", y, n), need(op, "x", x, n)
	type args struct {
		y, x []float32
		f    func(isa isa, y, x []float32)
	}
	shareSpan(b, n, 20, args{ys, xs, f}, func(b *Backend, a *args, lo, hi int) {
		a.f(b.isa, a.y[lo:hi], a.x[lo:hi])
	})
}
