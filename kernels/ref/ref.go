package ref

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
)

// Of is the reference backend for elements of type F.
type Of[F float32 | float64] struct{}

var (
	_ kernels.Backend = Of[float32]{}
	_ kernels.Backend = Of[float64]{}
)

// Name implements kernels.Backend.
func (Of[F]) Name() string { return "ref/" + kernels.Of([]F(nil)).DType.String() }

// Pack leaves w as it is: the definition reads weights row by row.
func (Of[F]) Pack(w *kernels.Weight) {
	if w.Blocks != nil {
		checkBlocks("Pack", w)
		w.Packed = &kernels.Blocks{Format: w.Blocks.Format, Data: slices.Clone(w.Blocks.Data)}
		return
	}
	slice[F]("Pack", "w", w.Raw, w.N*w.K)
	w.Packed = w.Raw
}

// slice returns the first n elements of an operand and panics when it has
// fewer. Absent operands give nil.
func slice[F float32 | float64](op, name string, b kernels.Buffer, n int) []F {
	if b.IsZero() {
		if n > 0 {
			panic(fmt.Sprintf("ref: %s: %s is absent, want %d elements", op, name, n))
		}
		return nil
	}
	return optional[F](op, name, b, n)
}

// optional is slice for operands that may be absent.
func optional[F float32 | float64](op, name string, b kernels.Buffer, n int) []F {
	if b.IsZero() {
		return nil
	}
	if n < 0 || b.Len() < n {
		panic(fmt.Sprintf("ref: %s: %s has %d elements, want %d", op, name, b.Len(), n))
	}
	switch s := any([]F(nil)).(type) {
	case []float64:
		s = b.F64()[:n]
		return any(s).([]F)
	default:
		return any(b.F32()[:n]).([]F)
	}
}

func ints(op, name string, got, want int) {
	if got < want {
		panic(fmt.Sprintf("ref: %s: %d %s, want %d", op, got, name, want))
	}
}
