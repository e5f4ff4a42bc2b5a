package gguf

import (
	"fmt"
	"io"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
)

// Native returns a model for inference that keeps the quantised matrices in
// the blocks of the file; F32, F16 and BF16 tensors become float32. With
// compute F32 activations meet the numbers that the blocks stand for, with I8
// they are rounded to integers themselves, 32 at a time, which is faster and
// not exact.
//
// The matrices are read when a backend packs them, so the file must stay open
// as long as the model is used; should it have shrunk by then, that panics.
func (f *File) Native(compute kernels.DType) (*llama.Model, error) {
	m, err := f.model(kernels.F32, true)
	if err != nil {
		return nil, err
	}
	found := false
	for _, p := range nn.Params(m) {
		if p.InBlocks() {
			p.Compute, found = compute, true
		}
	}
	if !found && compute == kernels.I8 {
		return nil, fmt.Errorf("gguf: %s: no matrix is quantised in blocks, which integer activations need: its tensors are F32, F16 or BF16", f.Path)
	}
	return m, nil
}

// blockReader is memory between the file and packed matrices, for those of one
// model.
type blockReader struct {
	file   *File
	buffer []byte
	left   int // matrices that no backend has packed yet
}

// use makes p read its blocks from the file, and reports whether t has any.
// heads is as in permuted.
func (r *blockReader) use(p *autograd.Param, t *Tensor, heads, headDim int) bool {
	format := t.Type.blocks()
	if format == 0 || len(t.Shape) != 2 {
		return false
	}
	r.left++
	p.UseBlocks(func() *kernels.Blocks {
		data := r.read(t)
		if heads > 0 {
			data = unpermuteRows(data, t.Shape[0], heads, headDim)
		}
		return &kernels.Blocks{Format: format, Data: data}
	})
	return true
}

// read returns the bytes of a tensor, in memory that the next call uses again.
func (r *blockReader) read(t *Tensor) []byte {
	if int64(cap(r.buffer)) < t.size {
		r.buffer = make([]byte, t.size)
	}
	data := r.buffer[:t.size]
	if _, err := io.ReadFull(io.NewSectionReader(r.file.r, t.offset, t.size), data); err != nil {
		panic(fmt.Sprintf("gguf: %s: tensor %q: %v", r.file.Path, t.Name, err))
	}
	if r.left--; r.left <= 0 {
		r.buffer = nil
	}
	return data
}

// unpermuteRows is unpermute for whole rows of bytes.
func unpermuteRows(data []byte, rows, heads, headDim int) []byte {
	size, out := len(data)/rows, make([]byte, len(data))
	place := unpermute(rows, heads, headDim)
	for r := range rows {
		copy(out[place(r)*size:][:size], data[r*size:])
	}
	return out
}
