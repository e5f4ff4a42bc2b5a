package cpu_test

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

// A linear layer y = x·wᵀ + bias over two token rows.
func Example() {
	b, err := cpu.New(cpu.Options{Impl: "generic", Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer b.Close()

	w := kernels.Weight{N: 2, K: 3, Raw: kernels.Of([]float32{
		1, 0, -1, // output 0
		2, 1, 0, // output 1
	})}
	b.Pack(&w) // again after every change of the weight

	x := []float32{1, 2, 3, 4, 5, 6} // [2, 3]
	bias := []float32{0.5, -0.5}
	y := make([]float32, 4) // [2, 2]
	b.Linear(kernels.Of(y), kernels.Of(x), &w, 2, kernels.Epilogue{Bias: kernels.Of(bias)})
	fmt.Println(b.Name(), y)
	// Output: cpu/generic [-1.5 3.5 -1.5 12.5]
}

// What a mistake looks like.
func ExampleBackend_Add() {
	b, _ := cpu.New(cpu.Options{})
	defer b.Close()
	defer func() { fmt.Println(recover()) }()
	short, x := make([]float32, 3), make([]float32, 4)
	b.Add(kernels.Of(short), kernels.Of(x), kernels.Of(x), 4)
	// Output: kernels/cpu: Add: y has 3 numbers, want 4
}
