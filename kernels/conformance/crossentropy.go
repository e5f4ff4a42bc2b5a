package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// CrossEntropy errs as LogProb and LogProbBackward do; logp has the bits of
// LogProb.
func crossEntropy(s *suite, t *testing.T) {
	for _, V := range append(lengths(1), 4099) {
		for _, T := range []int{0, 1, 6} {
			const invTemp = 1 / 0.8
			logits, targets, dlogp := s.logits(T, V), s.below(T, V), s.normal(T, 1)
			if T > 1 {
				dlogp[T-1] = 0 // a row that does not count
			}
			var p []float64
			for row := range T {
				p = append(p, softmax(logits[row*V:(row+1)*V], invTemp)...)
			}
			largest, label := rowMax(logits, T, V, invTemp), fmt.Sprintf("T=%d V=%d", T, V)
			s.compare(t, label, func(b kernels.Backend, m *memory) {
				b.CrossEntropy(m.out("logp", T), m.inout("logits", logits), targets, m.in("dlogp", dlogp), T, V, invTemp)
			}, func(out string, i int, want float64) float64 {
				if out == "logp" {
					return s.eps()*(16+4*largest[i]+math.Sqrt(float64(V))) + 4*s.eps()*math.Abs(want)
				}
				// p is off by the rounding of its exponent and of the sum, and 1 − p
				// of the target by that of the subtraction.
				row := i / V
				d := math.Abs(dlogp[row])
				return invTemp*d*(s.eps()*(32+8*largest[row])*p[i]+
					2*s.eps()*b2f(int(targets[row]) == i%V)+s.tiny()) + 4*s.eps()*math.Abs(want)
			})
			got := s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
				b.CrossEntropy(m.out("logp", T), m.inout("logits", logits), targets, m.in("dlogp", dlogp), T, V, invTemp)
			})
			want := s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
				b.LogProb(m.out("logp", T), kernels.Buffer{}, m.out("lse", T), m.in("logits", logits), targets, T, V, invTemp)
			})
			sameBits(t, label+": logp of CrossEntropy and LogProb", got[:1], want[:1])
		}
	}
	for _, V := range []int{5, 67, 1030} {
		const T = 18
		targets := s.below(T, V)
		s.invariant(t, rowwise{name: fmt.Sprintf("CrossEntropy V=%d", V), T: T, nan: true,
			in: []matrix{{"logits", V, s.logits(T, V)}, {"dlogp", 1, s.normal(T, 1)}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				n := len(rows)
				b.CrossEntropy(m.out("logp", n), m.inout("logits", in[0]), choose(targets, rows), m.in("dlogp", in[1]), n, V, 1.25)
			}})
	}
	crossEntropyEdges(s, t)
}

// Logits of −∞ are tokens that cannot be drawn; −0 is 0; where one logit is +∞
// or NaN, or all are −∞, there is no distribution, and everything is NaN.
func crossEntropyEdges(s *suite, t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, row := range [][]float64{{0, zero, zero}, {1, -inf, 2}, {-inf, 3, -inf}, {0, inf, 1}, {0, nan, 1}, {-inf, -inf, -inf}} {
		for _, V := range []int{3, 20, 83, 300} {
			logits := make([]float64, V)
			for j := range logits {
				logits[j] = row[j*len(row)/V]
			}
			s.compare(t, fmt.Sprintf("V=%d, %v", V, row), func(b kernels.Backend, m *memory) {
				b.CrossEntropy(m.out("logp", 1), m.inout("logits", logits), []int32{int32(V - 1)}, m.in("dlogp", []float64{0.7}), 1, V, 1)
			}, func(string, int, float64) float64 { return 8 * s.eps() * math.Log(float64(V)+2) })
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
