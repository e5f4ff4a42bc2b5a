package crossentropy

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Every version gives what kernels/ref gives in float32, and takes the memory
// that its place in the story says.
func TestVersions(t *testing.T) {
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	memory := map[string]float64{"v1": 3, "v2": 1, "v3": 1, "v4": 1, "v5": 1. / 8, "v6": 1. / 8} // of [T, V]
	for _, s := range [][3]int{{64, 20, 300}, {40, 7, 33}} {
		T, D, V := s[0], s[1], s[2]
		want := New(ref.New(), T, D, V)
		z := make([]float32, T*V)
		want.logits(z, 0, T)
		want.Dev.CrossEntropy(want.LogP, kernels.Of(z), want.Targets, want.DLogP, T, V, 1)
		want.gradients(z, 0, T)
		for _, v := range Versions {
			t.Run(fmt.Sprint(v.Name, s), func(t *testing.T) {
				p := New(dev, T, D, V)
				v.Run(p)
				near(t, "logp", p.LogP, want.LogP, 1e-5)
				near(t, "dx", p.DX, want.DX, 1e-6)
				near(t, "dw", p.DW, want.DW, 1e-6)
				if got := float64(p.Scratch()) / float64(4*T*V); got != memory[v.Name] {
					t.Errorf("memory for %v of the logits, want %v", got, memory[v.Name])
				}
				// A second call adds to dw and needs no more memory.
				v.Run(p)
				for i := range p.DW.Len() {
					want.DW.Set(i, 2*want.DW.At(i))
				}
				near(t, "dw, twice", p.DW, want.DW, 2e-6)
				for i := range p.DW.Len() {
					want.DW.Set(i, want.DW.At(i)/2)
				}
			})
		}
	}
}

func near(t *testing.T, what string, got, want kernels.Buffer, tolerance float64) {
	t.Helper()
	for i := range want.Len() {
		if g, w := got.At(i), want.At(i); !(math.Abs(g-w) <= tolerance*(1+math.Abs(w))) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, g, w)
		}
	}
}

func BenchmarkVersions(b *testing.B) {
	dev, err := cpu.New(cpu.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer dev.Close()
	p := New(dev, 2048, 256, 4096)
	for _, v := range Versions {
		b.Run(v.Name, func(b *testing.B) {
			for b.Loop() {
				v.Run(p)
			}
			b.ReportMetric(6*2048*256*4096/float64(b.Elapsed().Nanoseconds())*float64(b.N), "GFLOP/s")
		})
	}
}
