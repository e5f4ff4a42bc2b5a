package conformance

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// The cumulative probabilities err by the rounding of lse and of the sums; a
// draw must be right for some u within that distance.
func sample(s *suite, t *testing.T) {
	const invTemp = 1 / 0.9
	for _, V := range append(lengths(1), 4099) {
		const T = 12
		logits := s.logits(T, V)
		u := make([]float64, T)
		for i := range u {
			u[i] = s.rand.Float64()
		}
		u[0], u[1], u[2], u[3] = 0, 1-0x1p-53, 1-0x1p-53, 0
		ids := s.draw(t, s.b, logits, u, V, invTemp)
		if again := s.draw(t, s.b, logits, u, V, invTemp); !slices.Equal(ids, again) {
			t.Fatalf("V=%d: drew %v, then %v", V, ids, again)
		}
		if s.twin != nil {
			if other := s.draw(t, s.twin, logits, u, V, invTemp); !slices.Equal(ids, other) {
				t.Fatalf("V=%d: drew %v here, %v there", V, ids, other)
			}
		}
		largest := rowMax(logits, T, V, invTemp)
		for i, id := range ids {
			if id < 0 || int(id) >= V {
				t.Fatalf("V=%d: drew %d", V, id)
			}
			if alone := s.draw(t, s.b, logits[i*V:(i+1)*V], u[i:i+1], V, invTemp); alone[0] != id {
				t.Fatalf("V=%d: row %d gives %d alone, %d in company", V, i, alone[0], id)
			}
			p := softmax(logits[i*V:(i+1)*V], invTemp)
			before := 0.0
			for _, q := range p[:id] {
				before += q
			}
			slack := s.eps() * (16 + 8*largest[i] + math.Sqrt(float64(V)))
			if before > u[i]+slack || before+p[id] < u[i]-slack {
				t.Fatalf("V=%d: u = %v drew %d, which stands for [%v, %v)", V, u[i], id, before, before+p[id])
			}
		}
	}
	// Tokens that cannot be drawn are not drawn, not even at the ends.
	for range 30 {
		logits := append(append([]float64{-1e4}, s.normal(20, 2)...), -1e4, -1e4)
		for _, u := range []float64{0, 0x1p-53, 0.5, 1 - 0x1p-53} {
			if id := s.draw(t, s.b, logits, []float64{u}, len(logits), 1)[0]; id < 1 || id > 20 {
				t.Fatalf("u = %v drew token %d of probability 0", u, id)
			}
		}
	}
}

func (s *suite) draw(t *testing.T, b kernels.Backend, logits, u []float64, V int, invTemp float64) []int32 {
	t.Helper()
	T := len(u)
	ids := make([]int32, T)
	s.run(t, fmt.Sprintf("Sample V=%d", V), b, s.dt, func(b kernels.Backend, m *memory) {
		z := m.in("logits", logits)
		lse := m.out("lse", T)
		b.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, z, nil, T, V, invTemp)
		b.Sample(ids, z, lse, u, T, V, invTemp)
	})
	return ids
}

func softmax(x []float64, invTemp float64) []float64 {
	p, sum := make([]float64, len(x)), 0.0
	largest := slices.Max(x)
	for i := range x {
		p[i] = math.Exp(invTemp * (x[i] - largest))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func argMax(s *suite, t *testing.T) {
	for _, V := range append(lengths(1), 4099) {
		const T = 6
		x := s.normal(T*V, 1)
		want := make([]int32, T)
		for i := range T {
			row := x[i*V : (i+1)*V]
			switch i {
			case 1: // all equal: the first
				for j := range row {
					row[j] = -2
				}
			case 2: // the largest stands twice
				row[s.rand.IntN(V)], row[s.rand.IntN(V)] = 9, 9
			case 3:
				row[V-1] = 9
			case 4:
				for j := range row {
					row[j] = math.Inf(-1)
				}
			}
			want[i] = int32(slices.Index(row, slices.Max(row)))
		}
		got := make([]int32, T)
		s.run(t, "ArgMax", s.b, s.dt, func(b kernels.Backend, m *memory) { b.ArgMax(got, m.in("logits", x), T, V) })
		if !slices.Equal(got, want) {
			t.Fatalf("V=%d: %v, want %v", V, got, want)
		}
	}
}
