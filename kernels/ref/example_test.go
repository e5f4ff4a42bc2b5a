package ref_test

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Two rows are divided by their root mean square: √12.5 and 5.
func Example() {
	x := kernels.Of([]float64{3, 4, -5, 5})
	w := kernels.Of([]float64{1, 10})
	y, rstd := kernels.Of(make([]float64, 4)), kernels.Of(make([]float64, 2))
	ref.New().RMSNorm(y, rstd, x, w, 2, 2, 0)
	fmt.Printf("%.4f\n%.4f\n", y.F64()[:2], y.F64()[2:])
	// Output:
	// [0.8485 11.3137]
	// [-1.0000 10.0000]
}

// Causal attention of a sequence of three tokens, one head of size 1, with equal
// scores: each token sees the mean of the values so far.
func ExampleOf_attention() {
	n := 3
	q, k := kernels.Of(make([]float64, n)), kernels.Of(make([]float64, n))
	v := kernels.Of([]float64{1, 2, 6})
	o, lse := kernels.Of(make([]float64, n)), kernels.Of(make([]float64, n))
	shape := kernels.AttentionShape{Heads: 1, KVHeads: 1, HeadDim: 1, Scale: 1}
	ref.Of[float64]{}.Attention(o, lse, q, k, v, shape, []kernels.Seq{{Qn: int32(n)}})
	fmt.Println(o.F64())
	fmt.Printf("%.3f %.3f\n", lse.F64()[2], math.Log(3))
	// Output:
	// [1 1.5 3]
	// 1.099 1.099
}
