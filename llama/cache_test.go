package llama

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/tensor"
)

// write extends a span by n tokens whose keys and values are v.
func write(t *testing.T, c *KVCache, s *Span, n int, v float64) {
	t.Helper()
	if err := c.Extend(s, n); err != nil {
		t.Fatal(err)
	}
	rows := tensor.New(c.dt, n, c.width)
	for i := range rows.Len() {
		rows.Buf.Set(i, v)
	}
	seqs := []kernels.Seq{{Qn: int32(n), Pos0: int32(s.Len), Pages: s.Pages}}
	for l := range c.k {
		c.store(l, rows, rows, seqs)
	}
	s.Len += n
}

// read returns the numbers of every token, all of whose numbers must agree.
func read(t *testing.T, c *KVCache, s Span) []float64 {
	t.Helper()
	var out []float64
	for p := range s.Len {
		row := int(s.Pages[p/kernels.KVChunk])*kernels.KVChunk + p%kernels.KVChunk
		v := c.k[0].At(row * c.width)
		for l := range c.k {
			for i := range c.width {
				if c.k[l].At(row*c.width+i) != v || c.v[l].At(row*c.width+i) != v {
					t.Fatalf("token %d is torn in layer %d", p, l)
				}
			}
		}
		out = append(out, v)
	}
	return out
}

// Random extensions, forks and releases must leave every sequence as a plain
// list of its own would be, and no page without owner.
func TestCacheBehavesLikePrivateLists(t *testing.T) {
	m, err := New(small(), kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	c := NewKVCache(m, ref.New(), 0)
	rnd := rng.New(3, "cache")
	type sequence struct {
		span Span
		want []float64
	}
	var live []*sequence
	for step := range 300 {
		switch k := rnd.IntN(10); {
		case len(live) == 0 || k == 0:
			live = append(live, &sequence{})
		case k < 6:
			s := live[rnd.IntN(len(live))]
			n := 1 + rnd.IntN(90)
			write(t, c, &s.span, n, float64(step))
			for range n {
				s.want = append(s.want, float64(step))
			}
		case k < 8:
			s := live[rnd.IntN(len(live))]
			live = append(live, &sequence{c.Fork(s.span), append([]float64(nil), s.want...)})
		default:
			i := rnd.IntN(len(live))
			c.Release(&live[i].span)
			live = append(live[:i], live[i+1:]...)
		}
	}
	for _, s := range live {
		got := read(t, c, s.span)
		if len(got) != len(s.want) {
			t.Fatalf("%d tokens, want %d", len(got), len(s.want))
		}
		for i := range got {
			if got[i] != s.want[i] {
				t.Fatalf("token %d is %g, want %g", i, got[i], s.want[i])
			}
		}
	}
	for _, s := range live {
		c.Release(&s.span)
	}
	if used, have := c.Pages(); used != 0 || have == 0 {
		t.Errorf("%d of %d pages are in use after everything was released", used, have)
	}
}

func TestForksShareMemoryUntilTheyWrite(t *testing.T) {
	m, _ := New(small(), kernels.F32)
	c := NewKVCache(m, ref.New(), 0)
	var s Span
	write(t, c, &s, 2*kernels.KVChunk+10, 1)
	f := c.Fork(s)
	if used, _ := c.Pages(); used != 3 {
		t.Errorf("%d pages after a fork, want the 3 of the original", used)
	}
	write(t, c, &f, 1, 2) // copies the last page only
	if used, _ := c.Pages(); used != 4 {
		t.Errorf("%d pages after the fork wrote, want 4", used)
	}
	write(t, c, &s, 1, 3) // now its only owner
	if used, _ := c.Pages(); used != 4 {
		t.Errorf("%d pages after the original wrote, want 4", used)
	}
}

func TestCacheLimit(t *testing.T) {
	m, _ := New(small(), kernels.F32)
	c := NewKVCache(m, ref.New(), 2)
	var s Span
	write(t, c, &s, 2*kernels.KVChunk, 1)
	err := c.Extend(&s, 1)
	if err == nil || !strings.Contains(err.Error(), "KV cache is full: 2 pages of 64 tokens") {
		t.Errorf("error %v", err)
	}
	c.Release(&s)
	write(t, c, &s, 2*kernels.KVChunk, 1)
}
