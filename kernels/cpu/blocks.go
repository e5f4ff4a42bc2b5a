package cpu

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// packedBlocks is a weight [N, K] in blocks, laid out in panels of 16 columns
// that are read from the first byte to the last:
//
//	quants   [K/32][8 or 4][16][4]   bytes: part i of a block holds, for each column,
//	                                 k = 4i…4i+3; of four bits the low half k = 4i…,
//	                                 the high half k = 16 + 4i…
//	scales   [K/32][16]              float16
//	minima   [K/32][16]              float16, only Q4_1
//
// It takes the bytes that the file takes, but for the last columns when N is
// not a multiple of 32: panels come in pairs.
type packedBlocks struct {
	format         kernels.BlockFormat
	n, k           int
	data           []byte
	half           int // bytes of a panel
	scales, minima int // where they begin in it
}

// parts is the number of registers of 64 bytes that a block of 16 columns fills.
func parts(f kernels.BlockFormat) int {
	if f == kernels.Q8_0 {
		return 8
	}
	return 4
}

func newPackedBlocks(f kernels.BlockFormat, n, k int) *packedBlocks {
	p := &packedBlocks{format: f, n: n, k: k}
	blocks := k / kernels.BlockSize
	p.scales = blocks * parts(f) * 64
	p.minima = p.scales + blocks*32
	p.half = p.minima
	if f == kernels.Q4_1 {
		p.half += blocks * 32
	}
	p.half = (p.half + 63) &^ 63
	p.data = make([]byte, (n+nr-1)/nr*2*p.half)
	return p
}

func (b *Backend) packBlocks(w *kernels.Weight) {
	f, size := w.Blocks.Format, 0
	if f >= kernels.Q8_0 && f <= kernels.Q4_1 {
		size = w.N * (w.K / kernels.BlockSize) * f.Bytes()
	}
	if f.Bytes() == 0 || w.K%kernels.BlockSize != 0 || len(w.Blocks.Data) != size {
		panic(fmt.Sprintf("kernels/cpu: Pack: w has %d bytes of %s, want %d for [%d, %d]", len(w.Blocks.Data), f, size, w.N, w.K))
	}
	p, ok := w.Packed.(*packedBlocks)
	if !ok || p.format != f || p.n != w.N || p.k != w.K {
		p = newPackedBlocks(f, w.N, w.K)
		w.Packed = p
	}
	b.rows(w.N, w.K/8, func(_, lo, hi int) {
		for n := lo; n < hi; n++ {
			p.packRow(n, w.Blocks.Row(n, w.K))
		}
	})
}

// packRow puts the blocks of a row into its lane.
func (p *packedBlocks) packRow(n int, raw []byte) {
	panel, lane := p.data[n/16*p.half:][:p.half], n%16
	le, parts, size := binary.LittleEndian, parts(p.format), p.format.Bytes()
	head := size - 4*parts
	for i := range p.k / kernels.BlockSize {
		block := raw[i*size:][:size]
		le.PutUint16(panel[p.scales+i*32+lane*2:], le.Uint16(block))
		if p.format == kernels.Q4_1 {
			le.PutUint16(panel[p.minima+i*32+lane*2:], le.Uint16(block[2:]))
		}
		quants := panel[i*parts*64+lane*4:]
		for q := range parts {
			le.PutUint32(quants[q*64:], le.Uint32(block[head+q*4:]))
		}
	}
}

// unpackBlock is the inverse of packRow for block i of row n.
func (p *packedBlocks) unpackBlock(block []byte, n, i int) {
	panel, lane := p.data[n/16*p.half:][:p.half], n%16
	parts, size := parts(p.format), p.format.Bytes()
	copy(block[:2], panel[p.scales+i*32+lane*2:])
	if p.format == kernels.Q4_1 {
		copy(block[2:4], panel[p.minima+i*32+lane*2:])
	}
	for q := range parts {
		copy(block[size-4*parts+q*4:][:4], panel[(i*parts+q)*64+lane*4:])
	}
}

func packedOf(op string, w *kernels.Weight) *packedBlocks {
	p, ok := w.Packed.(*packedBlocks)
	if !ok || p.n != w.N || p.k != w.K {
		panic(fmt.Sprintf("kernels/cpu: %s: the weight [%d, %d] is not packed: call Pack first", op, w.N, w.K))
	}
	return p
}

// EmbeddingBlocks writes y[t] = row ids[t] of a packed weight in blocks, in
// float32: see [kernels.BlockFormat.Dequantise].
func (b *Backend) EmbeddingBlocks(y kernels.Buffer, w *kernels.Weight, ids []int32) {
	p, K := packedOf("EmbeddingBlocks", w), w.K
	out := need("EmbeddingBlocks", "y", y, len(ids)*K)
	checkRows("EmbeddingBlocks", ids, w.N)
	b.rows(len(ids), K/4, func(_, lo, hi int) {
		var block [34]byte
		for t := lo; t < hi; t++ {
			for i := range K / kernels.BlockSize {
				p.unpackBlock(block[:], int(ids[t]), i)
				p.format.Dequantise(out[t*K+i*kernels.BlockSize:][:kernels.BlockSize], block[:p.format.Bytes()])
			}
		}
	})
}

// blockTile is one call of an inner loop: rows of activations by one panel of
// 16 columns (integers), or two of them (float32). Strides are in bytes.
type blockTile struct {
	c       unsafe.Pointer // float32 sums
	ldc     uintptr
	x       unsafe.Pointer // activations: float32, or blockRecords
	ldx     uintptr
	q, d, m unsafe.Pointer // quants, scales, minima
	half    uintptr        // from one panel to the next
	blocks  int
}

// at makes a tile of the panel of column j, from block i on.
func (p *packedBlocks) at(j, i, blocks int) blockTile {
	base := unsafe.Pointer(&p.data[j/16*p.half])
	t := blockTile{
		q:    unsafe.Add(base, i*parts(p.format)*64),
		d:    unsafe.Add(base, p.scales+i*32),
		half: uintptr(p.half), blocks: blocks,
	}
	if p.format == kernels.Q4_1 {
		t.m = unsafe.Add(base, p.minima+i*32)
	}
	return t
}
