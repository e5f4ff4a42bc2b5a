package tokenizer

import (
	"container/heap"
	"iter"
	"slices"
)

// word is a distinct piece of the training texts.
type word struct {
	sym   []int32
	count int
}

// countWords splits the texts and counts their pieces, in the order of first
// appearance.
func countWords(texts iter.Seq[string], split preTokenizer) (words []string, counts []int) {
	index := map[string]int{}
	emit := func(s string) {
		i, ok := index[s]
		if !ok {
			i = len(words)
			// A copy, so that a piece does not keep its whole text alive.
			s = string([]byte(s))
			index[s] = i
			words, counts = append(words, s), append(counts, 0)
		}
		counts[i]++
	}
	for text := range texts {
		split.pieces(text, emit)
	}
	return
}

// trainer holds the words as symbols, and for every pair of neighbours how
// often it occurs and in which words.
type trainer struct {
	words  []word
	first  int32 // id of byteOrder[0]
	pieces []string
	index  map[string]int32 // of pieces, counted from first
	pairs  map[uint64]*pairStat
	queue  pairQueue
	merges [][2]int32
}

type pairStat struct {
	key    uint64
	count  int
	queued int     // the count under which it stands in the queue
	where  []int32 // words that held it at some time, with repeats
}

func newTrainer(texts []string, counts []int, first int32) *trainer {
	t := &trainer{first: first, index: map[string]int32{}, pairs: map[uint64]*pairStat{}}
	var id [256]int32
	for i, b := range byteOrder {
		id[b] = first + int32(i)
		t.pieces = append(t.pieces, string([]byte{b}))
		t.index[t.pieces[i]] = id[b]
	}
	for i, s := range texts {
		sym := make([]int32, len(s))
		for j := range len(s) {
			sym[j] = id[s[j]]
		}
		t.words = append(t.words, word{sym, counts[i]})
		for j := 1; j < len(sym); j++ {
			t.count(sym[j-1], sym[j], int32(i), counts[i])
		}
	}
	for _, p := range t.pairs {
		p.queued = p.count
		t.queue = append(t.queue, queued{p, p.count})
	}
	heap.Init(&t.queue)
	return t
}

// count adds n occurrences of a pair in word w (n < 0 takes them away).
func (t *trainer) count(a, b, w int32, n int) *pairStat {
	key := pairKey(a, b)
	p := t.pairs[key]
	if p == nil {
		p = &pairStat{key: key}
		t.pairs[key] = p
	}
	p.count += n
	if n > 0 && (len(p.where) == 0 || p.where[len(p.where)-1] != w) {
		p.where = append(p.where, w)
	}
	return p
}

// run makes up to n new tokens.
func (t *trainer) run(n, minCount int) {
	for made := 0; made < n && len(t.queue) > 0; {
		q := heap.Pop(&t.queue).(queued)
		p := q.pair
		if q.count != p.count { // the count has changed since: queue it again under the new one
			if p.count > 0 && p.queued == q.count {
				p.queued = p.count
				heap.Push(&t.queue, queued{p, p.count})
			}
			continue
		}
		if p.count < max(minCount, 1) {
			return
		}
		p.queued = 0
		a, b := int32(p.key>>32), int32(uint32(p.key))
		text := t.pieces[a-t.first] + t.pieces[b-t.first]
		id, known := t.index[text]
		if !known { // the same bytes may be reached by two merges: one token then
			id = t.first + int32(len(t.pieces))
			t.pieces = append(t.pieces, text)
			t.index[text] = id
			made++
		}
		t.merges = append(t.merges, [2]int32{a, b})
		t.merge(p, a, b, id)
	}
}

// merge joins a pair in every word that holds it and keeps the counts.
func (t *trainer) merge(p *pairStat, a, b, id int32) {
	where := p.where
	p.where = nil
	slices.Sort(where)
	changed := map[*pairStat]bool{}
	for k, w := range where {
		if k > 0 && where[k-1] == w {
			continue
		}
		wd := &t.words[w]
		s := wd.sym
		out := s[:0]
		for i := 0; i < len(s); i++ {
			if i+1 == len(s) || s[i] != a || s[i+1] != b {
				out = append(out, s[i])
				continue
			}
			t.count(a, b, w, -wd.count)
			if len(out) > 0 {
				left := out[len(out)-1]
				t.count(left, a, w, -wd.count)
				changed[t.count(left, id, w, wd.count)] = true
			}
			if i+2 < len(s) {
				right := s[i+2]
				t.count(b, right, w, -wd.count)
				changed[t.count(id, right, w, wd.count)] = true
			}
			out = append(out, id)
			i++
		}
		wd.sym = out
	}
	for c := range changed { // the order does not matter: the heap's order is total
		if c.count > 0 && c.queued != c.count {
			c.queued = c.count
			heap.Push(&t.queue, queued{c, c.count})
		}
	}
}

// pairQueue orders by count, then by the ids of the pair.
type pairQueue []queued

type queued struct {
	pair  *pairStat
	count int
}

func (q pairQueue) Len() int { return len(q) }
func (q pairQueue) Less(i, j int) bool {
	return q[i].count > q[j].count || q[i].count == q[j].count && q[i].pair.key < q[j].pair.key
}
func (q pairQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *pairQueue) Push(x any)   { *q = append(*q, x.(queued)) }
func (q *pairQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}
