package safetensors_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/llama/hf/safetensors"
)

func Example() {
	dir, err := os.MkdirTemp("", "safetensors")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "m.safetensors")

	err = safetensors.Write(path, []safetensors.Tensor{
		{Name: "norm.weight", Shape: []int{3}, Data: []float32{1, 2, 3}},
		{Name: "head.weight", DType: safetensors.BF16, Shape: []int{1, 2}, Data: []float32{0.5, -0.5}},
	}, map[string]string{"format": "pt"})
	if err != nil {
		panic(err)
	}

	f, err := safetensors.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	for _, t := range f.Tensors() {
		x, err := f.Float32(t.Name)
		fmt.Println(t.Name, t.DType, t.Shape, x, err)
	}
	_, err = f.Float32("tail.weight")
	fmt.Println(filepath.Base(err.Error()))
	// Output:
	// norm.weight F32 [3] [1 2 3] <nil>
	// head.weight BF16 [1 2] [0.5 -0.5] <nil>
	// m.safetensors: no tensor "tail.weight"
}
