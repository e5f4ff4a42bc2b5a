//go:build linux && !purego

package cpu

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/kernels"
)

// Signals that arrive while tiles are in use, as Go's own preemption sends
// them, and switches between more goroutines than cores, change no bit.
func TestTilesSurviveSignals(t *testing.T) {
	if !hasAMX {
		t.Skip("this processor or system has no tiles")
	}
	const T, N, K = 96, 160, 416
	period := 400 * time.Millisecond
	if testing.Short() {
		period = 50 * time.Millisecond
	}
	var stop atomic.Bool
	var done sync.WaitGroup
	var calls atomic.Int64
	for g := range 4 {
		r := stream(t, g)
		x, raw := normals(r, T*K), normals(r, N*K)
		b := open(t, "amx", 1)
		w := &kernels.Weight{Raw: of(raw), N: N, K: K, Compute: kernels.BF16}
		b.Pack(w)
		want, y := make([]float32, T*N), make([]float32, T*N)
		b.Linear(of(want), of(x), w, T, kernels.Epilogue{})
		done.Go(func() {
			for !stop.Load() {
				b.Linear(of(y), of(x), w, T, kernels.Epilogue{})
				calls.Add(1)
				for i, v := range y {
					if math.Float32bits(v) != math.Float32bits(want[i]) {
						t.Errorf("goroutine %d: y[%d] = %v, want the bits of %v", g, i, v, want[i])
						return
					}
				}
			}
		})
	}
	signals := 0
	for begin := time.Now(); time.Since(begin) < period; signals++ {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGURG); err != nil {
			t.Fatal(err)
		}
		if signals%64 == 0 {
			runtime.GC() // which interrupts every goroutine
		}
	}
	stop.Store(true)
	done.Wait()
	t.Logf("%d products, %d signals", calls.Load(), signals)
}
