package attention

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Every version gives what kernels/ref gives.
func TestVersions(t *testing.T) {
	dev, err := cpu.New(cpu.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	for _, s := range [][4]int{{150, 4, 2, 16}, {64, 1, 1, 7}, {1, 2, 1, 32}} {
		want := New(ref.New(), s[0], s[1], s[2], s[3])
		kernel(want)
		for _, v := range Versions {
			t.Run(fmt.Sprint(v.Name, s), func(t *testing.T) {
				p := New(dev, s[0], s[1], s[2], s[3])
				for range 2 { // nothing is left over from the first time
					v.Run(p)
					near(t, "o", p.O, want.O)
					near(t, "lse", p.LSE, want.LSE)
				}
			})
		}
	}
}

func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		if !(math.Abs(float64(got[i]-w)) <= 1e-5*(1+math.Abs(float64(w)))) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], w)
		}
	}
}

func BenchmarkVersions(b *testing.B) {
	dev, err := cpu.New(cpu.Options{Workers: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer dev.Close()
	for _, v := range Versions {
		b.Run(v.Name, func(b *testing.B) {
			p := New(dev, 512, 4, 4, 32)
			for b.Loop() {
				v.Run(p)
			}
			b.ReportMetric(p.FLOPs()*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
