package cpu

import "github.com/stepgrain/stepgrain/kernels"

// AttentionBackward adds to dq, dk, dv, which begin at zero without acc. With P = e^(scale·q·kᵀ − lse), which is
// computed again, and δ = Σ do·o of each query (Dao et al. 2022, appendix B):
//
//	dP = do·vᵀ             dS = scale·P∘(dP − δ)
//	dv += Pᵀ·do            dk += dSᵀ·q            dq += dS·k
//
// dq sums over chunks of keys in ascending order, dk and dv over the heads of a
// group and then over queries. One task is a sequence and a key head, or, where
// there are kernels for tiles, a block of its keys.
func (b *Backend) AttentionBackward(dq, dk, dv, do, o, lse, q, k, v kernels.Buffer, a kernels.AttentionShape, seqs []kernels.Seq, acc bool) {
	const op = "AttentionBackward"
	b.checkCompute(op, a)
	t := newAttn(op, b.isa, a, seqs, q, k, v)
	t.acc = acc
	need(op, "k", k, t.keys) // float32, also with Compute BF16
	need(op, "v", v, t.keys)
	rows := queryRows(seqs)
	t.o, t.lse, t.do = need(op, "o", o, rows*t.ldq), need(op, "lse", lse, rows*a.Heads), need(op, "do", do, rows*t.ldq)
	t.dq, t.dk, t.dv = maybe(op, "dq", dq, len(t.q)), maybe(op, "dk", dk, t.keys), maybe(op, "dv", dv, t.keys)
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.canTile() {
		b.backwardTasks(&t, rows)
		return
	}
	shareTasks(b, len(seqs)*a.KVHeads, t, func(b *Backend, t *attn, w, i int) {
		if s := &t.seqs[i/t.KVHeads]; s.Qn > 0 {
			t.backward(&b.scratch[w], s, i%t.KVHeads)
		}
	})
}

// backwardTasks makes a task for each block of chunks of keys.
func (b *Backend) backwardTasks(t *attn, rows int) {
	// Large blocks read the queries less often; small ones share the work.
	m := &b.shared.attentionScratch
	if t.Compute == kernels.BF16 {
		t.block = maxBlock16
	} else {
		t.block = maxBlock
		t.delta = b.shared.get(slotML, rows*t.Heads)
	}
	m.keyTasks = t.keyTasks(m.keyTasks)
	for t.block > 1 && b.pool.workers > 1 && len(m.keyTasks) < 4*b.pool.workers {
		t.block /= 2
		m.keyTasks = t.keyTasks(m.keyTasks)
	}
	if b.pool.workers > 1 {
		if cap(m.waves) < len(m.keyTasks) {
			m.waves = make(waves, len(m.keyTasks))
		}
		for i := range m.waves {
			m.waves[i].rows.Store(0)
		}
	}
	// Whoever is free takes the next tasks in the order of the list. The pool
	// would hand out parts of it, whose first tasks wait for the end of others.
	// The heads of a block lie side by side in memory: one worker reads them all,
	// if there are enough sequences for the others; at the next block of the same
	// heads they would wait.
	t.run = 1
	if len(t.seqs) >= 2*b.pool.workers {
		t.run = t.KVHeads
	}
	m.next.Store(0)
	shareTasks(b, b.pool.workers, *t, func(b *Backend, t *attn, w, _ int) {
		m := &b.shared.attentionScratch
		for i := m.claim(t.run); i < len(m.keyTasks); i = m.claim(t.run) {
			for _, k := range m.keyTasks[i : i+t.run] {
				s, v := &t.seqs[k.seq], waves(nil)
				if b.pool.workers > 1 {
					v = m.waves[k.first:][:t.keyBlocks(s)]
				}
				if t.Compute == kernels.BF16 {
					t.backward16(&b.scratch[w], s, int(k.head), int(k.block), v)
				} else {
					t.backwardTiled(&b.scratch[w], s, int(k.head), int(k.block), v)
				}
			}
		}
	})
}

// claim returns the first of n tasks of the list that nobody has begun.
func (m *attentionScratch) claim(n int) int { return int(m.next.Add(int64(n))) - n }

// backward does one sequence and the heads of key head h.
func (t *attn) backward(w *scratch, s *kernels.Seq, h int) {
	hd, rows, pos := t.HeadDim, int(s.Qn), int(s.Pos0)
	kt, vt := w.get(slotKT, hd*chunk), w.get(slotVT, hd*chunk)
	p, ds := w.get(slotS, qTile*chunk), w.get(slotD, qTile*chunk)
	delta := w.get(slotML, rows*t.group+2*qTile)
	delta, lse := delta[:rows*t.group], delta[rows*t.group:]
	for g := range t.group {
		for i := range rows {
			at := (int(s.Q0)+i)*t.ldq + (h*t.group+g)*hd
			delta[g*rows+i] = dot(t.isa, t.do[at:at+hd], t.o[at:at+hd])
		}
	}
	if !t.acc && t.dq != nil {
		clearRows(t.dq[int(s.Q0)*t.ldq+h*t.group*hd:], t.ldq, rows, t.group*hd)
	}
	for c := 0; c*chunk < pos+rows; c++ {
		n := min(chunk, pos+rows-c*chunk)
		key := keyRow(s, c)*t.ldk + h*hd
		for _, d := range [2][]float32{t.dk, t.dv} {
			if !t.acc && d != nil {
				clearRows(d[key:], t.ldk, n, hd)
			}
		}
		packTransposed(t.isa, kt, chunk, t.k[key:], t.ldk, n, hd)
		packTransposed(t.isa, vt, chunk, t.v[key:], t.ldk, n, hd)
		for g := range t.group {
			for i := max(0, c*chunk-pos); i < rows; i += qTile {
				r := min(qTile, rows-i)
				visible := pos + i + 1 - c*chunk // of the first query
				n := min(n, visible+r-1)         // of the last
				at := (int(s.Q0)+i)*t.ldq + (h*t.group+g)*hd
				for j := range r {
					lse[j] = t.lse[(int(s.Q0)+i+j)*t.Heads+h*t.group+g]
				}
				wide := (n + nr - 1) / nr * nr
				mul(t.isa, w, p, chunk, r, wide, hd, t.q[at:], t.ldq, 1, kt, chunk, store)
				mul(t.isa, w, ds, chunk, r, wide, hd, t.do[at:], t.ldq, 1, vt, chunk, store)
				softmaxTileBackwardRows(t.isa, p, ds, r, visible, 1, float32(t.Scale), lse, delta[g*rows+i:])
				if visible >= chunk {
					t.addGradients(w, at, key, p, ds, r, n)
				} else {
					t.addDiagonal(w, at, key, p, ds, r, n, visible)
				}
			}
		}
	}
}

// clearRows clears n numbers of each of some rows.
func clearRows(x []float32, stride, rows, n int) {
	for i := range rows {
		clear(x[i*stride:][:n])
	}
}

// addGradients adds the products of one tile: rows queries from element at of
// q on, n keys from element key of k on.
func (t *attn) addGradients(w *scratch, at, key int, p, ds []float32, rows, n int) {
	hd := t.HeadDim
	if t.dv != nil {
		mul(t.isa, w, t.dv[key:], t.ldk, n, hd, rows, p, 1, chunk, t.do[at:], t.ldq, chain)
	}
	if t.dk != nil {
		mul(t.isa, w, t.dk[key:], t.ldk, n, hd, rows, ds, 1, chunk, t.q[at:], t.ldq, chain)
	}
	if t.dq != nil {
		mul(t.isa, w, t.dq[at:], t.ldq, rows, hd, n, ds, chunk, 1, t.k[key:], t.ldk, chain)
	}
}

// addDiagonal is addGradients where query i sees only visible+i keys: it
// leaves out most of the products with weights that are 0.
func (t *attn) addDiagonal(w *scratch, at, key int, p, ds []float32, rows, n, visible int) {
	hd, step := t.HeadDim, t.isa.rows()
	for j := 0; j < n; j += step { // keys j… are seen by queries i…
		i, m := max(0, j-visible+1), min(step, n-j)
		if t.dv != nil {
			mul(t.isa, w, t.dv[key+j*t.ldk:], t.ldk, m, hd, rows-i, p[i*chunk+j:], 1, chunk, t.do[at+i*t.ldq:], t.ldq, chain)
		}
		if t.dk != nil {
			mul(t.isa, w, t.dk[key+j*t.ldk:], t.ldk, m, hd, rows-i, ds[i*chunk+j:], 1, chunk, t.q[at+i*t.ldq:], t.ldq, chain)
		}
	}
	if t.dq != nil {
		for i := 0; i < rows; i += step { // queries i… see at most last keys
			m := min(step, rows-i)
			last := min(n, visible+i+m-1)
			mul(t.isa, w, t.dq[at+i*t.ldq:], t.ldq, m, hd, last, ds[i*chunk:], chunk, 1, t.k[key:], t.ldk, chain)
		}
	}
}
