package pool

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Every version runs each task once, and no worker runs two at a time, after
// gaps too in which workers fall asleep.
func TestVersions(t *testing.T) {
	for _, v := range Versions {
		for _, workers := range []int{1, 2, 3} {
			t.Run(fmt.Sprint(v.Name, "/", workers), func(t *testing.T) {
				p := v.Start(workers)
				defer p.Close()
				for round := range 60 {
					if round%20 == 19 {
						time.Sleep(4 * time.Millisecond)
					}
					tasks := round % 17
					ran, busy := make([]atomic.Int32, tasks), make([]atomic.Int32, workers)
					p.Run(tasks, func(worker, task int) {
						if busy[worker].Add(1) != 1 {
							t.Errorf("worker %d runs two tasks", worker)
						}
						ran[task].Add(1)
						busy[worker].Add(-1)
					})
					for i := range ran {
						if n := ran[i].Load(); n != 1 {
							t.Fatalf("round %d: task %d ran %d times", round, i, n)
						}
					}
				}
			})
		}
	}
}

// BenchmarkVersions shares 16 tasks of some length between two workers: ideal
// is half of what one needs. Behind a gap of 200 µs, as the Go code between the
// kernels of a step makes, workers may have gone to sleep.
func BenchmarkVersions(b *testing.B) {
	for _, v := range Versions {
		for _, us := range []int{2, 20, 200} { // of all tasks together
			for _, gap := range []time.Duration{0, 200 * time.Microsecond} {
				b.Run(fmt.Sprintf("%s/%dus/gap%d", v.Name, us, gap.Microseconds()), func(b *testing.B) {
					p := v.Start(2)
					defer p.Close()
					sum := 0.0
					for b.Loop() {
						sum += Time(p, us, gap)
					}
					b.ReportMetric(sum/float64(b.N), "us/call")
					b.ReportMetric(0, "ns/op")
				})
			}
		}
		b.Run(v.Name+"/crowded", func(b *testing.B) { // more workers than most machines have processors
			p := v.Start(8 * runtime.GOMAXPROCS(0))
			defer p.Close()
			sum := 0.0
			for b.Loop() {
				sum += Time(p, 20, 0)
			}
			b.ReportMetric(sum/float64(b.N), "us/call")
			b.ReportMetric(0, "ns/op")
		})
	}
}
