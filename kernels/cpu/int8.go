package cpu

import (
	"fmt"
	"unsafe"

	"github.com/stepgrain/stepgrain/kernels"
)

// packedI8 is a weight [N, K] rounded to integers row by row
// (kernels.QuantiseI8), in panels of 16 columns:
//
//	[⌈N/16⌉ made even][⌈K/64⌉·16][16][4]   bytes: for each column, k = 4i…4i+3
//
// which is what VPDPBUSD and, 16 rows at a time, TDPBSSD multiply by.
type packedI8 struct {
	n, k   int
	data   []int8
	scale  []float32 // [N]: w ≈ scale·q
	shift  []int32   // [N]: −128·Σ_k q, for instructions that want x + 128
	panels int
}

// deepI8 is the size of an activation row or of a column in bytes: k rounded up
// to what one tile covers.
func deepI8(k int) int { return max(64, (k+63)&^63) }

// maxI8 keeps sums of 128·128 within 31 bits.
const maxI8 = 1 << 17

func (b *Backend) newPackedI8(n, k int) *packedI8 {
	if k >= maxI8 {
		panic(fmt.Sprintf("kernels/cpu: Pack: rows of %d integers would overflow their sums; the limit is %d", k, maxI8))
	}
	p := &packedI8{n: n, k: k, panels: (n + nr - 1) / nr * 2}
	p.data = weightRoom[int8](b, p.panels*16*deepI8(k))
	p.scale, p.shift = make([]float32, p.panels*16), make([]int32, p.panels*16)
	return p
}

func (b *Backend) packI8(w *kernels.Weight) {
	raw := need("Pack", "w", w.Raw, w.N*w.K)
	p, ok := w.Packed.(*packedI8)
	if !ok || p.n != w.N || p.k != w.K {
		p = b.newPackedI8(w.N, w.K)
		w.Packed = p
	}
	type args struct {
		p   *packedI8
		raw []float32
	}
	shareRows(b, w.N, w.K, args{p, raw}, func(_ *Backend, a *args, _, lo, hi int) {
		q := make([]int8, a.p.k)
		for n := lo; n < hi; n++ {
			a.p.scale[n] = kernels.QuantiseI8(q, a.raw[n*a.p.k:][:a.p.k])
			a.p.packRow(n, q)
		}
	})
}

// packRow puts a row of integers into its lane.
func (p *packedI8) packRow(n int, q []int8) {
	panel, sum := p.data[n/16*16*deepI8(p.k):], int32(0)
	for k, v := range q {
		panel[k/4*64+n%16*4+k%4] = v
		sum += int32(v)
	}
	p.shift[n] = -128 * sum
}

// PackI8 packs a weight [N, K] that is integers already, with a scale for each
// row: w ≈ scale·q.
func (b *Backend) PackI8(w *kernels.Weight, q, scale kernels.Buffer) {
	p := b.newPackedI8(w.N, w.K)
	ints := needI8("PackI8", "q", q, w.N*w.K)
	copy(p.scale, need("PackI8", "scale", scale, w.N))
	for n := range w.N {
		p.packRow(n, ints[n*w.K:][:w.K])
	}
	w.Packed, w.Compute = p, kernels.I8
}

// GemmI8 computes y[t,n] = sx[t]·scale[n]·Σ_k x[t,k]·q[n,k] for integers x
// [T, K] and a weight of PackI8 (or of Pack, with Compute I8). The sum is exact;
// its float32 is multiplied by the product of the two scales.
func (b *Backend) GemmI8(y, x, sx kernels.Buffer, w *kernels.Weight, T int) {
	p := productI8{
		level: b.level, w: packedI8Of("GemmI8", w), t: T,
		ints:  needI8("GemmI8", "x", x, T*w.K),
		scale: need("GemmI8", "sx", sx, T),
		after: newEpilogue("GemmI8", y, T, w.N, kernels.Epilogue{}),
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runI8(&p)
}

// linearI8 is Linear for a weight that is rounded to integers row by row, and
// so is x.
func (b *Backend) linearI8(y, x kernels.Buffer, w *kernels.Weight, T int, e kernels.Epilogue) {
	p := productI8{
		level: b.level, w: packedI8Of("Linear", w), t: T,
		x:     need("Linear", "x", x, T*w.K),
		after: newEpilogue("Linear", y, T, w.N, e),
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runI8(&p)
}

func packedI8Of(op string, w *kernels.Weight) *packedI8 {
	p, ok := w.Packed.(*packedI8)
	if !ok || p.n != w.N || p.k != w.K {
		panic(fmt.Sprintf("kernels/cpu: %s: the weight [%d, %d] is not packed in integers: call Pack first", op, w.N, w.K))
	}
	return p
}

func needI8(op, operand string, b kernels.Buffer, n int) []int8 {
	if n == 0 {
		return nil
	}
	if b.DType != kernels.I8 || b.Len() < n {
		panic(fmt.Sprintf("kernels/cpu: %s: %s holds %d of %s, want %d of %s", op, operand, b.Len(), b.DType, n, kernels.I8))
	}
	return b.I8()[:n]
}

// productI8 is what the tasks of a product in integers share.
type productI8 struct {
	level level
	w     *packedI8
	t     int
	x     []float32 // [T, K], to be rounded; or
	ints  []int8    // [T, K]
	scale []float32 // [T], of the rounded rows

	// rows are the activations as the instructions want them: [T rounded up to
	// 16][deepI8(K)], with tiles signed and in pieces [16][64], else row by row
	// and 128 higher.
	rows   []uint8
	after  epilogue
	mc, nc int // rows and columns of a task
}

// runI8 rounds and lays out the activations and shares the product.
func (b *Backend) runI8(p *productI8) {
	T, N := p.t, p.w.n
	if T == 0 || N == 0 {
		return
	}
	deep, tall := deepI8(p.w.k), (T+15)&^15
	memory := b.shared.get(slotQuant, tall*deep/4+T)
	if p.scale == nil {
		p.scale = memory[:T]
	}
	p.rows = unsafe.Slice((*uint8)(unsafe.Pointer(&memory[T:][0])), tall*deep)
	p.mc = min(16, T)
	shareTasks(b, (T+p.mc-1)/p.mc, *p, func(b *Backend, p *productI8, worker, task int) {
		p.layOut(&b.scratch[worker], task*p.mc, min(p.t, (task+1)*p.mc))
	})
	p.mc, p.nc = min(T, max(32, (1<<20)/deep&^31)), (N+nr-1)/nr*nr
	const least = 1 << 18 // multiply-adds
	for (T+p.mc-1)/p.mc*((N+p.nc-1)/p.nc) < 8*b.pool.workers && p.nc > nr && p.mc*p.nc*deep > 2*least && b.pool.workers > 1 {
		p.nc = (p.nc/2 + nr - 1) / nr * nr
	}
	mt, nt := (T+p.mc-1)/p.mc, (N+p.nc-1)/p.nc
	shareTasks(b, mt*nt, *p, func(b *Backend, p *productI8, worker, task int) {
		nt := (p.w.n + p.nc - 1) / p.nc
		i, j := task/nt*p.mc, task%nt*p.nc
		p.block(&b.scratch[worker], i, min(p.t, i+p.mc), j, min(p.w.n, j+p.nc))
	})
}

// tiles says whether rows of activations meet tile registers. One row alone
// reads the weights as fast without.
func (p *productI8) tiles() bool { return p.level == levelAMX && hasTilesI8 && p.t >= 4 }

// layOut rounds rows i0 to i1 and puts them in their place. i0 is a multiple of
// 16 or the only one.
func (p *productI8) layOut(s *scratch, i0, i1 int) {
	k, deep := p.w.k, deepI8(p.w.k)
	memory := s.get(slotPanel, deep/4)
	q := unsafe.Slice((*int8)(unsafe.Pointer(&memory[0])), deep)
	clear(q)
	for i := i0; i < i1; i++ {
		if p.ints != nil {
			copy(q, p.ints[i*k:][:k])
		} else {
			p.scale[i] = quantiseRow(p.level, q[:k], p.x[i*k:][:k])
		}
		if p.tiles() {
			piece := p.rows[i/16*16*deep+i%16*64:]
			for at := 0; at < deep; at += 64 {
				copy(piece[at*16:][:64], unsafe.Slice((*uint8)(unsafe.Pointer(&q[at])), 64))
			}
		} else {
			row := p.rows[i*deep:][:deep]
			words := unsafe.Slice((*uint64)(unsafe.Pointer(&row[0])), deep/8)
			for w, v := range unsafe.Slice((*uint64)(unsafe.Pointer(&q[0])), deep/8) {
				words[w] = v ^ 0x8080808080808080
			}
		}
	}
}

// block computes outputs [i0:i1, j0:j1]; j0 is a multiple of 32.
func (p *productI8) block(s *scratch, i0, i1, j0, j1 int) {
	ld := p.after.n
	sums := p.after.sums()
	inPlace := sums != nil && (j1-j0)%nr == 0
	if inPlace {
		sums = sums[i0*ld+j0:]
	} else { // kernels write whole panels
		ld = (j1 - j0 + nr - 1) / nr * nr
		sums = s.get(slotSum, (i1-i0)*ld)
	}
	deep := deepI8(p.w.k)
	t := tileI8{ldc: uintptr(ld * 4), ldx: uintptr(deep), half: uintptr(16 * deep), depth: deep}
	for j := j0; j < j1; j += nr {
		t.scales, t.shift = unsafe.Pointer(&p.w.scale[j]), unsafe.Pointer(&p.w.shift[j])
		t.w = unsafe.Pointer(&p.w.data[j*deep])
		for i := i0; i < i1; {
			t.c, t.scalex = unsafe.Pointer(&sums[(i-i0)*ld+j-j0]), unsafe.Pointer(&p.scale[i])
			t.x = unsafe.Pointer(&p.rows[i*deep])
			if p.tiles() {
				i += tilesI8(s, &t, i1-i)
			} else {
				i += multiplyI8(p.level, &t, i1-i)
			}
		}
	}
	if !inPlace || !p.after.idle() {
		p.after.finish(p.level.isa(), s, sums, ld, i0, i1, j0, j1)
	}
}

// tileI8 is one call of an inner loop: rows by 32 columns. Strides are in bytes.
type tileI8 struct {
	c      unsafe.Pointer // float32
	ldc    uintptr
	x      unsafe.Pointer // rows
	ldx    uintptr
	w      unsafe.Pointer // the first of two panels
	half   uintptr        // from one panel to the next
	scales unsafe.Pointer // of the 32 columns
	shift  unsafe.Pointer
	scalex unsafe.Pointer // of the rows
	depth  int            // K rounded up
}

// multiplyI8Generic computes one row, whose numbers are 128 too high.
func multiplyI8Generic(t *tileI8) {
	x := unsafe.Slice((*uint8)(t.x), t.depth)
	scales, shift := (*[nr]float32)(t.scales), (*[nr]int32)(t.shift)
	for n := range nr {
		sum := shift[n]
		for k := 0; k < t.depth; k += 4 {
			w := (*[4]int8)(unsafe.Add(t.w, uintptr(n/16)*t.half+uintptr(k*16+n%16*4)))
			for i, v := range w {
				sum += int32(x[k+i]) * int32(v)
			}
		}
		*(*float32)(unsafe.Add(t.c, n*4)) = float32(sum) * float32(*(*float32)(t.scalex)*scales[n])
	}
}
