package llama

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/hugepages"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// KVCache holds the keys and values of many sequences in pages of
// [kernels.KVChunk] tokens (Kwon et al. 2023, PagedAttention). A page may
// belong to several sequences, which then share a prefix: it counts its
// owners, and is copied when one of them writes to it. Memory grows as pages
// are asked for and is kept for the next sequences.
type KVCache struct {
	k, v  []kernels.Buffer // per layer, [pages·KVChunk, width]
	width int              // kvHeads·headDim
	dt    kernels.DType
	dev   kernels.Backend

	owners []int32 // per page
	free   []int32 // pages without owner, the next to be taken last
	limit  int     // most pages; 0: as memory allows
}

// NewKVCache returns an empty cache for a model on a backend, in bfloat16 if that
// computes the model's attention so. maxPages limits its size; 0 means no limit.
func NewKVCache(m *Model, dev kernels.Backend, maxPages int) *KVCache {
	n := len(m.Layers)
	return &KVCache{
		k: make([]kernels.Buffer, n), v: make([]kernels.Buffer, n),
		width: m.Config.KVDim(), dt: m.cacheType(dev), dev: dev, limit: maxPages,
	}
}

// Span is one sequence's part of the cache: Len tokens in Pages. The zero
// Span is an empty sequence.
type Span struct {
	Pages []int32
	Len   int
}

// Extend makes room for n more tokens: pages are added, and a last page that
// is shared is copied first. The caller counts the tokens (s.Len += n) once
// their keys and values are written. An error says that the cache is full; s
// is then as before, but for room already made.
func (c *KVCache) Extend(s *Span, n int) error {
	if used := s.Len % kernels.KVChunk; used > 0 && n > 0 {
		last := s.Len / kernels.KVChunk
		if old := s.Pages[last]; c.owners[old] > 1 {
			fresh, err := c.take()
			if err != nil {
				return err
			}
			c.copyRows(fresh, old, used)
			c.owners[old]--
			s.Pages[last] = fresh
		}
	}
	for len(s.Pages)*kernels.KVChunk < s.Len+n {
		p, err := c.take()
		if err != nil {
			return err
		}
		s.Pages = append(s.Pages, p)
	}
	return nil
}

// Fork returns a second owner of the same tokens. Nothing is copied until one
// of the two writes.
func (c *KVCache) Fork(s Span) Span {
	pages := s.Pages[:(s.Len+kernels.KVChunk-1)/kernels.KVChunk]
	for _, p := range pages {
		c.owners[p]++
	}
	return Span{Pages: append([]int32(nil), pages...), Len: s.Len}
}

// Release gives the pages of s back and empties it.
func (c *KVCache) Release(s *Span) {
	for _, p := range s.Pages {
		if c.owners[p]--; c.owners[p] == 0 {
			c.free = append(c.free, p)
		}
	}
	s.Pages, s.Len = s.Pages[:0], 0
}

// Pages returns how many pages are in use, and for how many there is memory.
func (c *KVCache) Pages() (used, have int) {
	return len(c.owners) - len(c.free), len(c.owners)
}

// Bytes returns the memory of the cache.
func (c *KVCache) Bytes() int { return len(c.owners) * c.pageBytes() }

func (c *KVCache) pageBytes() int {
	return 2 * len(c.k) * kernels.KVChunk * c.width * c.dt.Size()
}

// PageBytes returns the memory that a page takes in the cache of a model on a
// backend: keys and values of [kernels.KVChunk] tokens in all layers.
func PageBytes(m *Model, dev kernels.Backend) int { return NewKVCache(m, dev, 0).pageBytes() }

func (c *KVCache) take() (int32, error) {
	if len(c.free) == 0 {
		if err := c.grow(); err != nil {
			return 0, err
		}
	}
	p := c.free[len(c.free)-1]
	c.free = c.free[:len(c.free)-1]
	c.owners[p] = 1
	return p, nil
}

// grow adds half of the present pages, at least 16.
func (c *KVCache) grow() error {
	have := len(c.owners)
	want := have + max(16, have/2)
	if c.limit > 0 {
		want = min(want, c.limit)
	}
	if want <= have {
		return fmt.Errorf("llama: the KV cache is full: %d pages of %d tokens", have, kernels.KVChunk)
	}
	enlarge := func(b *kernels.Buffer) {
		t := tensor.New(c.dt, want*kernels.KVChunk*c.width)
		switch c.dt { // decoding reads all of it once a token
		case kernels.F64:
			hugepages.Advise(t.Buf.F64())
		case kernels.F32:
			hugepages.Advise(t.Buf.F32())
		case kernels.BF16:
			hugepages.Advise(t.Buf.BF16())
		}
		if have > 0 {
			tensor.Copy(t.Buf.Slice(0, b.Len()), *b)
		}
		*b = t.Buf
	}
	for l := range c.k {
		enlarge(&c.k[l])
		enlarge(&c.v[l])
	}
	c.owners = append(c.owners, make([]int32, want-have)...)
	for p := want - 1; p >= have; p-- {
		c.free = append(c.free, int32(p))
	}
	return nil
}

// copyRows copies the first n tokens of a page in every layer.
func (c *KVCache) copyRows(dst, src int32, n int) {
	page := kernels.KVChunk * c.width
	d, s := int(dst)*page, int(src)*page
	for l := range c.k {
		tensor.Copy(c.k[l].Slice(d, d+n*c.width), c.k[l].Slice(s, s+n*c.width))
		tensor.Copy(c.v[l].Slice(d, d+n*c.width), c.v[l].Slice(s, s+n*c.width))
	}
}

// store writes the new keys and values [T, width] of one layer into the pages
// of their sequences.
func (c *KVCache) store(layer int, k, v *tensor.Tensor, seqs []kernels.Seq) {
	for _, s := range seqs {
		for i := 0; i < int(s.Qn); {
			pos := int(s.Pos0) + i
			n := min(int(s.Qn)-i, kernels.KVChunk-pos%kernels.KVChunk) // to the end of the page
			row := int(s.Pages[pos/kernels.KVChunk])*kernels.KVChunk + pos%kernels.KVChunk
			from, to := (int(s.Q0)+i)*c.width, row*c.width
			c.put(c.k[layer].Slice(to, to+n*c.width), k.Buf.Slice(from, from+n*c.width))
			c.put(c.v[layer].Slice(to, to+n*c.width), v.Buf.Slice(from, from+n*c.width))
			i += n
		}
	}
}

// put copies x to y, which may be of the type that attention rounds to.
func (c *KVCache) put(y, x kernels.Buffer) {
	if y.DType == x.DType {
		tensor.Copy(y, x)
	} else {
		c.dev.Round(y, x, x.Len())
	}
}
