package cpu

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// packedBlocks is a weight [N, K] in blocks, laid out in panels of 16 columns
// that are read from the first byte to the last. A panel is [K/32] times
//
//	quants   [8 or 4][16][4]   bytes: part i holds, for each column, k = 4i…4i+3;
//	                           of four bits the low half k = 4i…, the high half
//	                           k = 16 + 4i…
//	scales   [16]              float16
//	minima   [16]              float16, only Q4_1
//
// It takes the bytes that the file takes, but for the last columns when N is
// not a multiple of 32: panels come in pairs.
type packedBlocks struct {
	format kernels.BlockFormat
	n, k   int
	data   []byte
	half   int       // bytes of a panel
	next   *forecast // of what is multiplied after it
}

// parts is the number of registers of 64 bytes that a block of 16 columns fills.
func parts(f kernels.BlockFormat) int {
	if f == kernels.Q8_0 {
		return 8
	}
	return 4
}

func (b *Backend) newPackedBlocks(f kernels.BlockFormat, n, k int) *packedBlocks {
	p := &packedBlocks{format: f, n: n, k: k, next: new(forecast)}
	p.half = (k/kernels.BlockSize*16*f.Bytes() + 63) &^ 63
	p.data = weightRoom[byte](b, (n+nr-1)/nr*2*p.half)
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
		p = b.newPackedBlocks(f, w.N, w.K)
		w.Packed = p
	}
	type args struct {
		p *packedBlocks
		w *kernels.Weight
	}
	shareRows(b, w.N, w.K/8, args{p, w}, func(_ *Backend, a *args, _, lo, hi int) {
		for n := lo; n < hi; n++ {
			a.p.packRow(n, a.w.Blocks.Row(n, a.w.K))
		}
	})
}

// packRow puts the blocks of a row into its lane.
func (p *packedBlocks) packRow(n int, raw []byte) {
	le, parts, size := binary.LittleEndian, parts(p.format), p.format.Bytes()
	head := size - 4*parts
	for i := range p.k / kernels.BlockSize {
		block, lane := raw[i*size:][:size], n%16
		group := p.data[n/16*p.half+i*16*size:][:16*size]
		for q := range parts {
			le.PutUint32(group[q*64+lane*4:], le.Uint32(block[head+q*4:]))
		}
		for h := 0; h < head; h += 2 { // the scale, then the minimum
			le.PutUint16(group[parts*64+h*16+lane*2:], le.Uint16(block[h:]))
		}
	}
}

// unpackBlock is the inverse of packRow for block i of row n.
func (p *packedBlocks) unpackBlock(block []byte, n, i int) {
	parts, size := parts(p.format), p.format.Bytes()
	group, lane := p.data[n/16*p.half+i*16*size:][:16*size], n%16
	head := size - 4*parts
	for h := 0; h < head; h += 2 {
		copy(block[h:h+2], group[parts*64+h*16+lane*2:])
	}
	for q := range parts {
		copy(block[head+q*4:][:4], group[q*64+lane*4:])
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
	type args struct {
		p   *packedBlocks
		y   []float32
		ids []int32
	}
	a := args{packedOf("EmbeddingBlocks", w), need("EmbeddingBlocks", "y", y, len(ids)*w.K), ids}
	checkRows("EmbeddingBlocks", ids, w.N)
	shareRows(b, len(ids), w.K/4, a, func(_ *Backend, a *args, _, lo, hi int) {
		var block [34]byte
		for t := lo; t < hi; t++ {
			row := a.y[t*a.p.k:][:a.p.k]
			for i := range a.p.k / kernels.BlockSize {
				a.p.unpackBlock(block[:], int(a.ids[t]), i)
				a.p.format.Dequantise(row[i*kernels.BlockSize:][:kernels.BlockSize], block[:a.p.format.Bytes()])
			}
		}
	})
}

// blockTile is one call of an inner loop: rows of activations by one panel of
// 16 columns (integers), or two of them (float32). Strides are in bytes.
type blockTile struct {
	c      unsafe.Pointer // float32 sums
	ldc    uintptr
	x      unsafe.Pointer // activations: float32, or blockRecords
	ldx    uintptr
	q      unsafe.Pointer // the blocks
	half   uintptr        // from one panel to the next
	blocks int
}

// at makes a tile of the panel of column j, from block i on.
func (p *packedBlocks) at(j, i, blocks int) blockTile {
	q := unsafe.Pointer(&p.data[j/16*p.half+i*16*p.format.Bytes()])
	return blockTile{q: q, half: uintptr(p.half), blocks: blocks}
}

// group is block i of a panel as Go sees it: quants, scales, minima.
func (t *blockTile) group(f kernels.BlockFormat, panel, i int) (quants [][16][4]byte, scales, minima *[16]uint16) {
	base := unsafe.Add(t.q, panel*int(t.half)+i*16*f.Bytes())
	parts := parts(f)
	scales = (*[16]uint16)(unsafe.Add(base, parts*64))
	if f == kernels.Q4_1 {
		minima = (*[16]uint16)(unsafe.Add(base, parts*64+32))
	}
	return unsafe.Slice((*[16][4]byte)(base), parts), scales, minima
}
