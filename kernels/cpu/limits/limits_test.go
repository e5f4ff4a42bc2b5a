package limits

import "testing"

// Limits are positive, and wider units are faster.
func TestUnits(t *testing.T) {
	peak := map[Unit]float64{}
	for _, u := range Units() {
		if peak[u] = Peak(u, 1, 3); !(peak[u] > 0) {
			t.Errorf("%s = %v GFLOP/s", u, peak[u])
		}
		t.Logf("%-10s %.0f", u, peak[u])
	}
	for slow, fast := range map[Unit]Unit{FMAGeneric: FMA256, FMA512: VNNI, DPBF16: AMXBF16, VNNI: AMXI8} {
		if f, s := peak[fast], peak[slow]; f > 0 && s > 0 && f < s {
			t.Errorf("%s does %.0f, %s only %.0f", slow, s, fast, f)
		}
	}
	if g := FMA("generic", 1, 1); !(g > 0) {
		t.Errorf("FMA = %v GFLOP/s", g)
	}
}

func TestBandwidth(t *testing.T) {
	for k := Read; k <= Update; k++ {
		if g := Bandwidth(k, "generic", 1<<14, 2, 1); !(g > 0) {
			t.Errorf("%v = %v GB/s", k, g)
		}
		m := NewMemory(k, 8<<20, 1) // huge pages
		if g := m.Bandwidth(testISA, 2); !(g > 0) {
			t.Errorf("%v of 8 MB = %v GB/s", k, g)
		}
		m.Free()
	}
}

// The unit of a product follows the implementation, and is one that exists.
func TestUnitOf(t *testing.T) {
	for _, c := range []struct {
		dtype, isa string
		want       Unit
	}{
		{"f32", "amx", FMA512}, {"f32", "avx512bf16", FMA512}, {"f32", "avx512", FMA512}, {"f32", "avx2", FMA256}, {"f32", "generic", FMAGeneric},
		{"bf16", "amx", AMXBF16}, {"bf16", "avx512bf16", DPBF16}, {"bf16", "avx512", FMA512}, {"bf16", "avx2", FMA256},
		{"i8", "generic", FMAGeneric},
	} {
		if got := UnitOf(c.dtype, c.isa); got != c.want {
			t.Errorf("UnitOf(%s, %s) = %s, want %s", c.dtype, c.isa, got, c.want)
		}
	}
}

func TestStreamAgrees(t *testing.T) {
	for _, isa := range []string{"generic", testISA} {
		x, z := make([]float32, 128), make([]float32, 128)
		for i := range x {
			x[i], z[i] = float32(i), float32(3*i)
		}
		for k, want := range map[Kind]func(i int) float32{
			Copy:   func(i int) float32 { return float32(i) },
			Triad:  func(i int) float32 { return float32(i) + 1.5*float32(i) },
			Update: func(i int) float32 { return 7 + 0.5*float32(i) },
		} {
			y := make([]float32, 128)
			for i := range y {
				y[i] = 7
			}
			stream(k, isa, x, y, z)
			for i, v := range y {
				if v != want(i) {
					t.Fatalf("%s %v: y[%d] = %v, want %v", isa, k, i, v, want(i))
				}
			}
		}
	}
}
