package cpu

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

const (
	chunk  = kernels.KVChunk
	qTile  = 48  // queries whose scores against one chunk are in work together
	qBlock = 768 // queries of one task of the forward pass, all heads of a group together
)

// attn is one call of Attention or AttentionBackward.
type attn struct {
	isa isa
	kernels.AttentionShape
	q, k, v, o     []float32
	k16, v16       []kernels.BFloat16 // in the place of k and v
	lse, delta     []float32
	do, dq, dk, dv []float32
	acc            bool // dq, dk and dv hold what is added to
	ldq, ldk       int  // row strides of q and o, and of k and v
	keys           int  // numbers of k and v that the sequences reach
	group          int  // query heads of one key head
	seqs           []kernels.Seq
	first          []int // of forwardTasks
	block          int   // queries of one task
	run            int   // tasks of the backward pass that a worker takes at once
	span           int   // chunks of one task of decoding
	dec            *decoding
}

// Attention computes o = softmax(scale·q·kᵀ)·v, causal, over ragged sequences.
// Each query meets the keys in chunks of 64 that are aligned to the absolute
// position. A chunk gives a maximum m, a sum l = Σ e^(s−m) and a vector
// Σ e^(s−m)·v of its own; these are merged in ascending order (Milakov &
// Gimelshein 2018; Dao 2023), so that a query has the same bits in a prompt, in
// training and in decoding.
func (b *Backend) Attention(o, lse, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq) {
	const op = "Attention"
	b.checkCompute(op, a)
	t := newAttn(op, b.isa, a, seqs, q, k, v)
	rows := queryRows(seqs)
	t.o, t.lse = need(op, "o", o, rows*t.ldq), maybe(op, "lse", lse, rows*a.Heads)
	b.mu.Lock()
	defer b.mu.Unlock()
	t.first = b.first
	t.planDecoding(b)
	tasks := t.forwardTasks(b.pool.workers)
	b.first = t.first
	shareTasks(b, tasks, t, func(b *Backend, t *attn, w, i int) {
		s, i := t.forwardTask(t.first, i)
		if t.seqs[s].Qn == 1 {
			t.decode(&b.scratch[w], s, i)
			return
		}
		h, j := i%t.KVHeads, t.blocks(&t.seqs[s])-1-i/t.KVHeads // the last blocks see the most keys: they go first
		q0, q1 := t.queries(s, j)
		if t.Compute == kernels.BF16 {
			t.forward16(&b.scratch[w], &t.seqs[s], h, q0, q1)
		} else if t.canTile() {
			t.forwardTiled(&b.scratch[w], &t.seqs[s], h, q0, q1)
		} else {
			t.forward(&b.scratch[w], &t.seqs[s], h, q0, q1)
		}
	})
}

func newAttn(op string, isa isa, a kernels.AttentionShape, seqs []kernels.Seq, q, k, v kernels.Buffer) attn {
	if a.Heads < 1 || a.KVHeads < 1 || a.HeadDim < 1 || a.Heads%a.KVHeads != 0 {
		panic(fmt.Sprintf("kernels/cpu: %s: %d heads over %d key heads of %d numbers", op, a.Heads, a.KVHeads, a.HeadDim))
	}
	t := attn{isa: isa, AttentionShape: a, seqs: seqs, group: a.Heads / a.KVHeads, ldq: a.Heads * a.HeadDim, ldk: a.KVHeads * a.HeadDim}
	keys := 0
	for i := range seqs {
		s := &seqs[i]
		if s.Q0 < 0 || s.Qn < 0 || s.Pos0 < 0 || s.K0 < 0 {
			panic(fmt.Sprintf("kernels/cpu: %s: sequence %d has a negative field: %+v", op, i, *s))
		}
		if s.Qn == 0 {
			continue
		}
		last := int(s.Pos0+s.Qn) - 1
		if s.Pages == nil {
			keys = max(keys, int(s.K0)+last+1)
			continue
		}
		if len(s.Pages) <= last/chunk {
			panic(fmt.Sprintf("kernels/cpu: %s: sequence %d has %d pages for position %d", op, i, len(s.Pages), last))
		}
		for c := range last/chunk + 1 {
			if s.Pages[c] < 0 { // within a task it would be too late: other workers wait
				panic(fmt.Sprintf("kernels/cpu: %s: page %d of sequence %d is %d", op, c, i, s.Pages[c]))
			}
			keys = max(keys, int(s.Pages[c])*chunk+min(chunk, last+1-c*chunk))
		}
	}
	t.q = need(op, "q", q, queryRows(seqs)*t.ldq)
	t.keys = keys * t.ldk
	if keys == 0 {
		return t
	}
	if a.Compute == kernels.BF16 && k.DType == kernels.BF16 && v.DType == kernels.BF16 {
		need16(op, "k", k, keys*t.ldk)
		need16(op, "v", v, keys*t.ldk)
		t.k16, t.v16 = k.BF16(), v.BF16()
		return t
	}
	need(op, "k", k, keys*t.ldk)
	need(op, "v", v, keys*t.ldk)
	t.k, t.v = k.F32(), v.F32()
	return t
}

// queryRows returns the number of rows of q that the sequences reach.
func queryRows(seqs []kernels.Seq) int {
	n := 0
	for i := range seqs {
		if seqs[i].Qn > 0 {
			n = max(n, int(seqs[i].Q0+seqs[i].Qn))
		}
	}
	return n
}

// forwardTasks numbers the tasks (sequence, block of queries, key head), or
// (sequence, range of chunks) for a sequence of one query;
// t.first becomes the first number of each sequence and of the end. Blocks are
// large, because each packs the keys it sees, but there are enough to share.
func (t *attn) forwardTasks(workers int) (n int) {
	for t.block = max(1, qBlock/t.group); ; t.block /= 2 {
		n = 0
		t.first = t.first[:0]
		for i := range t.seqs {
			t.first = append(t.first, n)
			if t.seqs[i].Qn == 1 {
				n += t.ranges(&t.seqs[i])
				continue
			}
			n += t.KVHeads * t.blocks(&t.seqs[i])
		}
		if workers == 1 || n >= 4*workers || t.block*t.group < 2*qTile {
			t.first = append(t.first, n)
			return n
		}
	}
}

// blocks returns how many blocks the queries of s make.
func (t *attn) blocks(s *kernels.Seq) int { return (int(s.Qn) + t.block - 1) / t.block }

// queries returns the queries of block j of sequence s: even shares.
func (t *attn) queries(s, j int) (q0, q1 int) {
	n, blocks := int(t.seqs[s].Qn), t.blocks(&t.seqs[s])
	return j * n / blocks, (j + 1) * n / blocks
}

// forwardTask returns the sequence of task i, and which of its tasks it is.
func (t *attn) forwardTask(first []int, i int) (seq, task int) {
	lo, hi := 0, len(t.seqs) // first[lo] ≤ i < first[hi]
	for hi-lo > 1 {
		if m := (lo + hi) / 2; first[m] <= i {
			lo = m
		} else {
			hi = m
		}
	}
	return lo, i - first[lo]
}

// keyRow returns the row of k and v where chunk c begins.
func keyRow(s *kernels.Seq, c int) int {
	if s.Pages != nil {
		return int(s.Pages[c]) * chunk
	}
	return int(s.K0) + c*chunk
}

// forward computes queries q0…q1 of one sequence for the heads of key head h.
func (t *attn) forward(w *scratch, s *kernels.Seq, h, q0, q1 int) {
	hd, rows := t.HeadDim, q1-q0
	kt := w.get(slotKT, hd*chunk)
	scores := w.get(slotS, qTile*chunk)
	out := w.get(slotO, qTile*hd)
	ml := w.get(slotML, 2*rows*t.group+4*qTile)
	m, ml := ml[:rows*t.group], ml[rows*t.group:]
	l, ml := ml[:rows*t.group], ml[rows*t.group:]
	mc, lc, tmp := ml[:len(ml)/4], ml[len(ml)/4:len(ml)/2], ml[len(ml)/2:]

	pos := int(s.Pos0)
	for c := 0; c*chunk < pos+q1; c++ {
		n := min(chunk, pos+q1-c*chunk)
		key := keyRow(s, c)*t.ldk + h*hd
		packTransposed(t.isa, kt, chunk, t.k[key:], t.ldk, n, hd)
		u := chunkTiles{t: t, w: w, kt: kt, v: t.v[key:], c: c, scores: scores, out: out, mc: mc, lc: lc, tmp: tmp}
		for g := range t.group {
			for i := max(q0, c*chunk-pos); i < q1; i += qTile {
				r := min(qTile, q1-i)
				at := (int(s.Q0)+i)*t.ldq + (h*t.group+g)*hd
				u.tile(at, r, pos+i+1-c*chunk, m[g*rows+i-q0:], l[g*rows+i-q0:])
			}
		}
	}
	for g := range t.group {
		for i := range rows {
			row, head, r := int(s.Q0)+q0+i, h*t.group+g, g*rows+i
			scaleVec(t.isa, t.o[row*t.ldq+head*hd:][:hd], 1/l[r])
			if t.lse != nil {
				t.lse[row*t.Heads+head] = float32(float64(m[r]) + math.Log(float64(l[r])))
			}
		}
	}
}

// chunkTiles computes tiles of queries against one chunk of keys.
type chunkTiles struct {
	t           *attn
	w           *scratch
	kt, v       []float32
	c           int
	scores, out []float32
	mc, lc, tmp []float32
}

// tile lets rows queries, the first at element at of q, meet the chunk. The
// first sees its keys 0…visible−1, each further one more. m and l are the running
// maxima and sums of the rows.
func (u *chunkTiles) tile(at, rows, visible int, m, l []float32) {
	t, hd, ld := u.t, u.t.HeadDim, u.t.ldq
	step := rows
	if visible < chunk {
		step = t.isa.rows() // on the diagonal: few rows at a time skip most of what is hidden
	}
	for i := 0; i < rows; i += step {
		n := min(chunk, visible+min(rows, i+step)-1)
		mul(t.isa, u.w, u.scores[i*chunk:], chunk, min(step, rows-i), (n+nr-1)/nr*nr, hd, t.q[at+i*ld:], ld, 1, u.kt, chunk, store)
	}
	out, ldo := u.out, hd
	mc, lc := u.mc[:rows], u.lc[:rows]
	if u.c == 0 { // nothing to merge with
		out, ldo, mc, lc = t.o[at:], ld, m[:rows], l[:rows]
	}
	softmaxTileRows(t.isa, u.scores, rows, visible, 1, float32(t.Scale), mc, lc)
	for i := 0; i < rows; i += step {
		n := min(chunk, visible+min(rows, i+step)-1)
		mul(t.isa, u.w, out[i*ldo:], ldo, min(step, rows-i), hd, n, u.scores[i*chunk:], chunk, 1, u.v, t.ldk, store)
	}
	if u.c > 0 {
		mergeTile(t.isa, t.o[at:], ld, out, rows, hd, m, l, mc, lc, u.tmp)
	}
}
