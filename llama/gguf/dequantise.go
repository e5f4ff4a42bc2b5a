package gguf

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
)

// Float32 reads a tensor as float32: exactly for F32, F16 and BF16; for
// quantised types with one rounding of each product and sum, as ggml does.
func (f *File) Float32(name string) ([]float32, error) {
	t := f.byName[name]
	if t == nil {
		return nil, fmt.Errorf("gguf: %s: no tensor %q", f.Path, name)
	}
	dst := make([]float32, t.Len())
	return dst, f.read(t, func(at int, x []float32) { copy(dst[at:], x) })
}

// Len returns the number of elements.
func (t *Tensor) Len() int {
	numbers, bytes := t.Type.block()
	return int(t.size) / bytes * numbers
}

// read hands the numbers of a tensor to each, piece by piece, with the index of
// the first. x is used again for the next piece.
func (f *File) read(t *Tensor, each func(at int, x []float32)) error {
	numbers, bytes := t.Type.block()
	const blocks = 1 << 13
	raw := make([]byte, min(t.size, int64(blocks*bytes)))
	x := make([]float32, len(raw)/bytes*numbers)
	for at := int64(0); at < t.size; at += int64(len(raw)) {
		raw = raw[:min(int64(len(raw)), t.size-at)]
		if _, err := io.ReadFull(io.NewSectionReader(f.r, t.offset+at, int64(len(raw))), raw); err != nil {
			return fmt.Errorf("gguf: %s: tensor %q: %w", f.Path, t.Name, err)
		}
		x = x[:len(raw)/bytes*numbers]
		dequantise(x, raw, t.Type)
		each(int(at)/bytes*numbers, x)
	}
	return nil
}

// dequantise widens whole blocks.
func dequantise(x []float32, raw []byte, t Type) {
	le := binary.LittleEndian
	half := func(b []byte) float32 { return float16.Frombits(le.Uint16(b)).Float32() }
	switch t {
	case F32:
		for i := range x {
			x[i] = math.Float32frombits(le.Uint32(raw[4*i:]))
		}
	case F16:
		for i := range x {
			x[i] = half(raw[2*i:])
		}
	case BF16:
		for i := range x {
			x[i] = kernels.BFloat16(le.Uint16(raw[2*i:])).Float32()
		}
	default:
		t.blocks().Dequantise(x, raw)
	}
}
