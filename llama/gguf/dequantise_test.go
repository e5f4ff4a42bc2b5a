package gguf

import (
	"encoding/binary"

	"slices"
	"testing"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
)

// Every type is read back by the formula in the package's documentation, for
// more blocks than one piece of a read holds.
func TestDequantise(t *testing.T) {
	le := binary.LittleEndian
	half := func(x float32) []byte { return le.AppendUint16(nil, float16.Fromfloat32(x).Bits()) }
	const blocks = 1<<13 + 3
	for _, c := range []struct {
		typ   Type
		block func(i int) (raw []byte, want []float32)
	}{
		{F32, func(i int) ([]byte, []float32) { x := float32(i) / 3; return f32(x), []float32{x} }},
		{F16, func(i int) ([]byte, []float32) { x := float32(i%2048) - 1000; return half(x), []float32{x} }},
		{BF16, func(i int) ([]byte, []float32) {
			h := kernels.RoundBF16(float32(i) / 7)
			return le.AppendUint16(nil, uint16(h)), []float32{h.Float32()}
		}},
		{Q8_0, func(i int) ([]byte, []float32) {
			raw, want := half(0.25), []float32{}
			for j := range 32 {
				q := int8(i*7 + j*5)
				raw, want = append(raw, byte(q)), append(want, 0.25*float32(q))
			}
			return raw, want
		}},
		{Q4_0, func(i int) ([]byte, []float32) {
			raw, want := half(-0.5), make([]float32, 32)
			for j := range 16 {
				lo, hi := (i+j)%16, (i*3+j*5)%16
				raw = append(raw, byte(hi<<4|lo))
				want[j], want[j+16] = -0.5*float32(lo-8), -0.5*float32(hi-8)
			}
			return raw, want
		}},
		{Q4_1, func(i int) ([]byte, []float32) {
			raw, want := append(half(0.125), half(-3)...), make([]float32, 32)
			for j := range 16 {
				lo, hi := (i+j)%16, (i*3+j*5)%16
				raw = append(raw, byte(hi<<4|lo))
				want[j], want[j+16] = 0.125*float32(lo)-3, 0.125*float32(hi)-3
			}
			return raw, want
		}},
	} {
		var data []byte
		var want []float32
		for i := range blocks {
			raw, x := c.block(i)
			data, want = append(data, raw...), append(want, x...)
		}
		f, err := open(encode(nil, []raw{{"w", []uint64{uint64(len(want))}, c.typ, data}}))
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Float32("w")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: wrong numbers, %v", c.typ, err)
		}
	}
	if _, err := (&File{}).Float32("none"); err == nil {
		t.Error("a tensor that is not there: no error")
	}
}
