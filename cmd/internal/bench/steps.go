package bench

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/kernels/steps/attention"
	"github.com/stepgrain/stepgrain/kernels/steps/crossentropy"
	"github.com/stepgrain/stepgrain/kernels/steps/gemm"
	"github.com/stepgrain/stepgrain/kernels/steps/pool"
)

// stepCases are the numbered versions of package steps, the ways from a loop to
// the kernel of package cpu: Steps/TOPIC/SHAPE, of which -variant chooses
// versions.
func stepCases() []Case {
	list := append(append(gemmSteps(), attentionSteps()...), poolSteps()...)
	for _, s := range [][3]int{{512, 256, 4096}, {2048, 256, 4096}} {
		T, D, V := s[0], s[1], s[2]
		titles := make([]string, len(crossentropy.Versions))
		for i, v := range crossentropy.Versions {
			titles[i] = v.Title
		}
		c := steps("crossentropy", fmt.Sprintf("T%dD%dV%d", T, D, V), titles, func(e *Env, version int) func() {
			p := crossentropy.New(e.Backend, T, D, V)
			run := crossentropy.Versions[version].Run
			run(p)
			e.Extra = map[string]float64{"peak_bytes": float64(p.Scratch())}
			return func() { run(p) }
		})
		c.Flops = 6 * float64(T) * float64(D) * float64(V)
		list = append(list, c)
	}
	return list
}

// gemmSteps are products C = A·B of whole tiles of 12×32: one within the caches,
// and one whose rows are a page apart.
func gemmSteps() []Case {
	var list []Case
	titles := make([]string, len(gemm.Versions))
	for i, v := range gemm.Versions {
		titles[i] = v.Title
	}
	for _, s := range [][3]int{{384, 384, 384}, {768, 1024, 1024}} {
		m, n, k := s[0], s[1], s[2]
		c := steps("gemm", fmt.Sprintf("%dx%dx%d", m, n, k), titles, func(e *Env, version int) func() {
			a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
			for i := range a {
				a[i] = float32(i%17) / 16
			}
			for i := range b {
				b[i] = float32(i%13) / 12
			}
			return func() { gemm.Versions[version].Mul(e.Backend, c, a, b, m, n, k) }
		})
		c.Flops = 2 * float64(m) * float64(n) * float64(k)
		list = append(list, c)
	}
	return list
}

// attentionSteps are the forward pass of one sequence: with keys for each head,
// and with keys that three heads share.
func attentionSteps() []Case {
	var list []Case
	titles := make([]string, len(attention.Versions))
	for i, v := range attention.Versions {
		titles[i] = v.Title
	}
	for _, s := range []struct{ S, H, KV, D int }{{512, 4, 4, 32}, {512, 6, 2, 64}} {
		c := steps("attention", fmt.Sprintf("S%dH%dkv%dD%d", s.S, s.H, s.KV, s.D), titles, func(e *Env, version int) func() {
			p := attention.New(e.Backend, s.S, s.H, s.KV, s.D)
			run := attention.Versions[version].Run
			return func() { run(p) }
		})
		c.Flops = 2 * float64(s.S) * float64(s.S+1) * float64(s.H*s.D)
		list = append(list, c)
	}
	return list
}

// poolSteps share sixteen tasks of 1, 10 or 100 µs: two threads would need eight
// times that, one sixteen times.
func poolSteps() []Case {
	var list []Case
	titles := make([]string, len(pool.Versions))
	for i, v := range pool.Versions {
		titles[i] = v.Title
	}
	for _, micros := range []int{1, 10, 100} {
		c := steps("pool", fmt.Sprintf("16x%dus", micros), titles, func(e *Env, version int) func() {
			p := pool.Versions[version].Start(e.Threads)
			e.Cleanup(p.Close)
			task := time.Duration(micros) * time.Microsecond
			return func() {
				p.Run(16, func(int, int) {
					for start := time.Now(); time.Since(start) < task; {
					}
				})
			}
		})
		c.Unit = "us"
		list = append(list, c)
	}
	return list
}

// steps is a case with a version for each title.
func steps(topic, shape string, titles []string, setup func(e *Env, version int) func()) Case {
	return Case{Name: "Steps/" + topic + "/" + shape, Shape: shape, Variants: len(titles), Titles: titles,
		Setup: func(e *Env) func() {
			n, err := strconv.Atoi(strings.TrimPrefix(e.Variant, "v"))
			if err != nil || n < 1 || n > len(titles) {
				e.Skip("there is no version " + e.Variant)
			}
			return setup(e, n-1)
		}}
}
