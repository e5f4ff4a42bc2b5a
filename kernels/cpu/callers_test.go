package cpu

import (
	"slices"
	"sync"
	"testing"
)

// Two callers of one backend do not share the partial sums of a call.
func TestConcurrentCallers(t *testing.T) {
	b := open(t, Impls()[0], 2)
	const T, d = 300, 64
	r := stream(t)
	x, dy, w, rstd := normals(r, T*d), normals(r, T*d), normals(r, d), normals(r, T)
	results := make([][]float32, 8)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			for range 20 {
				dx, dw := make([]float32, T*d), make([]float32, d)
				b.RMSNormBackward(of(dx), of(dw), of(dy), of(x), of(w), of(rstd), T, d)
				results[i] = append(dw, float32(b.SumSquares(of(x[:(i+1)*1000]), (i+1)*1000)))
			}
		})
	}
	all.Wait()
	for i, got := range results {
		want := make([]float32, d)
		dx := make([]float32, T*d)
		b.RMSNormBackward(of(dx), of(want), of(dy), of(x), of(w), of(rstd), T, d)
		want = append(want, float32(b.SumSquares(of(x[:(i+1)*1000]), (i+1)*1000)))
		if !slices.Equal(got, want) {
			t.Fatalf("caller %d got other sums in company", i)
		}
	}
}
