package tokenizer

// bpe joins the symbols of one piece (Sennrich et al. 2016): while any
// neighbours form a known pair, the pair of lowest rank, the leftmost of equals,
// becomes one symbol. It works in sym and returns its front part.
func (t *Tokenizer) bpe(sym []int32) []int32 {
	if len(sym) < 2 {
		return sym
	}
	if len(sym) > shortWord {
		return t.bpeLong(sym)
	}
	// Short pieces, nearly all of them: a scan for the minimum beats any heap.
	var rank, into [shortWord]int32 // of the pair (i, i+1)
	for i := range len(sym) - 1 {
		rank[i], into[i] = t.pairs.get(sym[i], sym[i+1])
	}
	for n := len(sym); ; {
		best, at := noRank, -1
		for i, r := range rank[:n-1] {
			if r < best {
				best, at = r, i
			}
		}
		if at < 0 {
			return sym[:n]
		}
		sym[at] = into[at]
		copy(sym[at+1:], sym[at+2:n])
		copy(rank[at+1:], rank[at+2:n])
		copy(into[at+1:], into[at+2:n])
		n--
		if at > 0 {
			rank[at-1], into[at-1] = t.pairs.get(sym[at-1], sym[at])
		}
		if at < n-1 {
			rank[at], into[at] = t.pairs.get(sym[at], sym[at+1])
		}
	}
}

const shortWord = 64

// bpeLong is bpe for long pieces: a linked list and a heap, n·log n.
func (t *Tokenizer) bpeLong(sym []int32) []int32 {
	n := int32(len(sym))
	prev, next := make([]int32, n), make([]int32, n)
	var h pairHeap
	for i := range n {
		prev[i], next[i] = i-1, i+1
		if i+1 < n {
			if r, _ := t.pairs.get(sym[i], sym[i+1]); r != noRank {
				h.push(newCandidate(r, i))
			}
		}
	}
	push := func(i int32) {
		if i >= 0 && next[i] < n {
			if r, _ := t.pairs.get(sym[i], sym[next[i]]); r != noRank {
				h.push(newCandidate(r, i))
			}
		}
	}
	const gone = -1
	for len(h) > 0 {
		c := h.pop()
		i := c.at()
		if sym[i] == gone || next[i] >= n {
			continue
		}
		j := next[i]
		r, id := t.pairs.get(sym[i], sym[j])
		if r != c.rank() { // a neighbour has changed since this was pushed
			continue
		}
		sym[i], sym[j] = id, gone
		next[i] = next[j]
		if next[i] < n {
			prev[next[i]] = i
		}
		push(prev[i])
		push(i)
	}
	out := sym[:0]
	for _, s := range sym {
		if s != gone {
			out = append(out, s)
		}
	}
	return out
}

// candidate is a pair that may merge: its rank, then the place of its left
// symbol, in one number that orders both.
type candidate uint64

func newCandidate(rank, at int32) candidate { return candidate(rank)<<32 | candidate(at) }

func (c candidate) rank() int32 { return int32(c >> 32) }
func (c candidate) at() int32   { return int32(uint32(c)) }

// pairHeap is a binary heap with the smallest candidate on top.
type pairHeap []candidate

func (h *pairHeap) push(c candidate) {
	*h = append(*h, c)
	a := *h
	for i := len(a) - 1; i > 0; {
		up := (i - 1) / 2
		if a[up] <= a[i] {
			break
		}
		a[up], a[i] = a[i], a[up]
		i = up
	}
}

func (h *pairHeap) pop() candidate {
	a := *h
	top := a[0]
	n := len(a) - 1
	a[0] = a[n]
	a = a[:n]
	*h = a
	for i := 0; ; {
		k := 2*i + 1
		if k+1 < n && a[k+1] < a[k] {
			k++
		}
		if k >= n || a[i] <= a[k] {
			return top
		}
		a[i], a[k] = a[k], a[i]
		i = k
	}
}
