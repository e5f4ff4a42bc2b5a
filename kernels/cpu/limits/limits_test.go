package limits

import "testing"

// Limits are positive, and a kind moves the numbers that it says.
func TestLimits(t *testing.T) {
	if g := FMA("generic", 1, 1); !(g > 0) {
		t.Errorf("FMA = %v GFLOP/s", g)
	}
	for k := Read; k <= Update; k++ {
		if g := Bandwidth(k, "generic", 1<<14, 2, 1); !(g > 0) {
			t.Errorf("%v = %v GB/s", k, g)
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
