package golden

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"testing"
)

// Tensors are the arrays of one safetensors file of the golden data.
type Tensors struct {
	t    testing.TB
	path string
	all  map[string]entry
	data []byte
}

type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// Read opens a safetensors file for a test, which fails when it cannot. It
// reads only what the golden data uses (F32, F64, I64, I32); programs use
// package safetensors.
func Read(t testing.TB, path string) *Tensors {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("golden: %v", err)
	}
	if len(raw) < 8 || binary.LittleEndian.Uint64(raw) > uint64(len(raw)-8) {
		t.Fatalf("golden: %s: not a safetensors file", path)
	}
	n := int(binary.LittleEndian.Uint64(raw))
	head := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw[8:8+n], &head); err != nil {
		t.Fatalf("golden: %s: header: %v", path, err)
	}
	f := &Tensors{t: t, path: path, all: map[string]entry{}, data: raw[8+n:]}
	for name, msg := range head {
		if name == "__metadata__" {
			continue
		}
		var e entry
		if err := json.Unmarshal(msg, &e); err != nil {
			t.Fatalf("golden: %s: %s: %v", path, name, err)
		}
		f.all[name] = e
	}
	return f
}

// Has reports whether the file holds the tensor.
func (f *Tensors) Has(name string) bool { _, ok := f.all[name]; return ok }

// Shape returns the shape of a tensor.
func (f *Tensors) Shape(name string) []int { return f.get(name).Shape }

// Float returns a tensor widened to float64.
func (f *Tensors) Float(name string) []float64 {
	f.t.Helper()
	e := f.get(name)
	b := f.data[e.Offsets[0]:e.Offsets[1]]
	le := binary.LittleEndian
	var out []float64
	switch e.DType {
	case "F32":
		for i := 0; i < len(b); i += 4 {
			out = append(out, float64(math.Float32frombits(le.Uint32(b[i:]))))
		}
	case "F64":
		for i := 0; i < len(b); i += 8 {
			out = append(out, math.Float64frombits(le.Uint64(b[i:])))
		}
	case "I64":
		for i := 0; i < len(b); i += 8 {
			out = append(out, float64(int64(le.Uint64(b[i:]))))
		}
	case "I32":
		for i := 0; i < len(b); i += 4 {
			out = append(out, float64(int32(le.Uint32(b[i:]))))
		}
	default:
		f.t.Fatalf("golden: %s: %s has dtype %s", f.path, name, e.DType)
	}
	return out
}

// Int32 returns a tensor of integers.
func (f *Tensors) Int32(name string) []int32 {
	f.t.Helper()
	var out []int32
	for _, x := range f.Float(name) {
		if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
			f.t.Fatalf("golden: %s: %s holds %v, not an int32", f.path, name, x)
		}
		out = append(out, int32(x))
	}
	return out
}

func (f *Tensors) get(name string) entry {
	f.t.Helper()
	e, ok := f.all[name]
	if !ok {
		f.t.Fatalf("golden: %s: no tensor %q", f.path, name)
	}
	return e
}
