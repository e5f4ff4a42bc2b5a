package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// need returns the first n numbers of a buffer, or panics and says which
// operand of which kernel is wrong.
func need(op, operand string, b kernels.Buffer, n int) []float32 {
	if n < 0 {
		panic(fmt.Sprintf("kernels/cpu: %s: the size of %s is negative (%d)", op, operand, n))
	}
	if n == 0 {
		return nil
	}
	if b.DType != kernels.F32 {
		panic(fmt.Sprintf("kernels/cpu: %s: %s holds %s; this backend computes f32", op, operand, b.DType))
	}
	if b.Len() < n {
		panic(fmt.Sprintf("kernels/cpu: %s: %s has %d numbers, want %d", op, operand, b.Len(), n))
	}
	return b.F32()[:n:n]
}

// need16 is need for an operand in bfloat16.
func need16(op, operand string, b kernels.Buffer, n int) []kernels.BFloat16 {
	if b.DType != kernels.BF16 || b.Len() < n {
		panic(fmt.Sprintf("kernels/cpu: %s: %s has %d numbers of %s, want %d of bf16", op, operand, b.Len(), b.DType, n))
	}
	return b.BF16()[:n:n]
}

// maybe is need for an operand that may be absent; absent gives nil.
func maybe(op, operand string, b kernels.Buffer, n int) []float32 {
	if b.IsZero() {
		return nil
	}
	return need(op, operand, b, n)
}

// checkRows panics unless every index addresses one of the rows of a table.
func checkRows(op string, rows []int32, n int) {
	for i, r := range rows {
		if r < 0 || int(r) >= n {
			panic(fmt.Sprintf("kernels/cpu: %s: index %d is %d; the table has %d rows", op, i, r, n))
		}
	}
}

func panicTargets(op string, got, want int) {
	panic(fmt.Sprintf("kernels/cpu: %s: %d targets for %d rows", op, got, want))
}
