package safetensors

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	x := []float32{0, 1, -2.5, 65504, 1e-8, float32(math.Inf(1))}
	want := []Tensor{
		{Name: "f32", Shape: []int{2, 3}, Data: x},
		{Name: "f64", Shape: []int{2}, Data: []float64{math.Pi, -1}},
		{Name: "f16", DType: F16, Shape: []int{6}, Data: x},
		{Name: "bf16", DType: BF16, Shape: []int{6, 1}, Data: x},
		{Name: "narrowed", DType: F32, Shape: []int{1}, Data: []float64{math.Pi}},
		{Name: "i64", Shape: []int{3}, Data: []int64{-1, 0, math.MaxInt64}},
		{Name: "i32", DType: I64, Shape: []int{1}, Data: []int32{-7}},
		{Name: "u8", Shape: []int{4}, Data: []byte{1, 2, 3, 255}},
		{Name: "raw", DType: "F8_E4M3", Shape: []int{2}, Data: []byte{7, 8}},
		{Name: "scalar", Shape: []int{}, Data: []float32{4}},
		{Name: "empty", Shape: []int{0, 5}, Data: []float32{}},
		{Name: "buffer", Shape: []int{2}, Data: kernels.Of([]float64{1.5, 2.5})},
		{Name: "größe \"<&>\"", Shape: []int{1}, Data: []float32{9}},
	}
	if err := Write(path, want, map[string]string{"format": "pt", "a": "<b>"}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Metadata["a"] != "<b>" || len(f.Metadata) != 2 || len(f.Tensors()) != len(want) {
		t.Fatalf("metadata %v, %d tensors", f.Metadata, len(f.Tensors()))
	}
	for _, w := range want {
		if ti := f.Lookup(w.Name); ti == nil || !slices.Equal(ti.Shape, w.Shape) {
			t.Errorf("%s: %+v, want shape %v", w.Name, ti, w.Shape)
		}
	}
	floats := func(name string, want ...float32) {
		t.Helper()
		got, err := f.Float32(name)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s = %v, %v; want %v", name, got, err, want)
		}
	}
	inf := float32(math.Inf(1))
	floats("f32", x...)
	floats("f16", 0, 1, -2.5, 65504, 0, inf) // 1e-8 is below half the smallest half-precision number
	floats("bf16", 0, 1, -2.5, 65536, kernels.RoundBF16(1e-8).Float32(), inf)
	floats("narrowed", math.Pi)
	floats("f64", math.Pi, -1)
	floats("scalar", 4)
	floats("empty")
	floats("buffer", 1.5, 2.5)
	if got, err := f.Float64("f64"); err != nil || got[0] != math.Pi {
		t.Errorf("f64 = %v, %v", got, err)
	}
	if got, err := f.Int64("i64"); err != nil || !slices.Equal(got, []int64{-1, 0, math.MaxInt64}) {
		t.Errorf("i64 = %v, %v", got, err)
	}
	if got, err := f.Int64("i32"); err != nil || got[0] != -7 {
		t.Errorf("i32 = %v, %v", got, err)
	}
	if got, err := f.Int64("u8"); err != nil || got[3] != 255 {
		t.Errorf("u8 = %v, %v", got, err)
	}
	for name, msg := range map[string]string{"i64": "not floating-point", "raw": "not floating-point", "none": `no tensor "none"`} {
		if _, err := f.Float32(name); err == nil || !strings.Contains(err.Error(), msg) {
			t.Errorf("Float32(%q): %v, want %q", name, err, msg)
		}
	}
	if _, err := f.Int64("f32"); err == nil {
		t.Error("Int64 of an F32 tensor: no error")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("files left behind: %v", left)
	}
}

// The order of the call and the kind of slice do not reach the file.
func TestDeterministicBytes(t *testing.T) {
	a := Tensor{Name: "a", Shape: []int{1}, Data: []float32{1}}
	b := Tensor{Name: "b", DType: BF16, Shape: []int{3}, Data: []float32{1, 2, 3}}
	c := Tensor{Name: "c", DType: F32, Shape: []int{1}, Data: []float64{2}}
	var one, two bytes.Buffer
	if err := Encode(&one, []Tensor{a, b, c}, nil); err != nil {
		t.Fatal(err)
	}
	if err := Encode(&two, []Tensor{c, b, a}, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("another order gives another file")
	}
	if n := bytes.IndexByte(one.Bytes(), 0x80); n < 0 || !strings.Contains(one.String(), `"b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}`) {
		t.Errorf("unexpected layout %q", one.String())
	}
}

func TestWriteChecksCaller(t *testing.T) {
	for name, ts := range map[string][]Tensor{
		"shape and data differ": {{Name: "w", Shape: []int{2}, Data: []float32{1}}},
		"name twice":            {{Name: "w", Shape: []int{1}, Data: []float32{1}}, {Name: "w", Shape: []int{1}, Data: []float32{1}}},
		"reserved name":         {{Name: "__metadata__", Shape: []int{1}, Data: []float32{1}}},
		"floats as integers":    {{Name: "w", DType: I64, Shape: []int{1}, Data: []float32{1}}},
		"unknown data":          {{Name: "w", Shape: []int{1}, Data: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "safetensors: Write: tensor") {
					t.Errorf("panic %v", s)
				}
			}()
			Encode(&bytes.Buffer{}, ts, nil)
		})
	}
}

func TestWriteFailureLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	err := Write(filepath.Join(dir, "m.safetensors"), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "m.safetensors") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the directory was made")
	}
}
