package llama

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
)

// embedStd is the standard deviation s of copy-friendly embeddings.
const embedStd = 0.08

// InitCopy draws weights like [Model.Init], with half of the heads (at least
// one) of the first two layers set so that together they copy: what followed
// this token the last time? Such pairs of heads (induction heads: Olsson et
// al. 2022) appear by themselves in training, but only after more tokens
// than a model of this size has minutes for.
//
//   - Dimension 0 of every embedding is the constant 3s; after the norm it is
//     a = 3√d/√(9 + d − 1), for every token the same.
//   - Layer 1 looks one token back. Queries and keys read the constant alone, on
//     the three fastest rotary pairs, so that the score depends on the
//     distance alone, with a peak of 12 at distance 1. Value and output map
//     write the previous token's W·x into the directions R.
//   - Layer 2 looks for the same token. Its query is the token's own W·x, its
//     key what layer 1 wrote about the token before, on the slow rotary pairs,
//     which hardly see distance. Value and output map copy the token found.
//
// All of it trains like any other weight, and the export is an ordinary LLaMA.
// An error says that the shape has no room for these heads.
func (m *Model) InitCopy(seed uint64) error {
	c := m.Config
	heads := max(1, c.NumKeyValueHeads/2)
	width := heads * c.HeadDim
	switch {
	case c.NumHiddenLayers < 2:
		return fmt.Errorf("llama: copy-friendly initialisation needs 2 layers, the model has %d", c.NumHiddenLayers)
	case c.QKNorm():
		return fmt.Errorf("llama: copy-friendly initialisation does not fit %s: its norms on q and k undo the size of the scores", c.ModelType)
	case c.HeadDim < 8:
		return fmt.Errorf("llama: copy-friendly initialisation needs 4 rotary pairs, head_dim is %d", c.HeadDim)
	case width > c.HiddenSize-1:
		return fmt.Errorf("llama: copy-friendly initialisation needs hidden_size (%d) above %d, the width of %d heads", c.HiddenSize, width, heads)
	}
	m.init(seed, embedStd)
	d := c.HiddenSize
	for v := range c.VocabSize {
		m.Embed.W.Data.Buf.Set(v*d, 3*embedStd)
	}
	stream := func(name string) *rand.Rand { return rng.New(seed, "init", "copy", name) }
	read := orthonormal(stream("read"), width, d)   // W
	write := orthonormal(stream("write"), width, d) // Rᵀ
	carry := orthonormal(stream("carry"), width, d) // Qᵀ
	for g := range heads {
		part := func(rows [][]float64) [][]float64 { return rows[g*c.HeadDim : (g+1)*c.HeadDim] }
		m.previousTokenHead(m.Layers[0].Attn, g, part(read), part(write))
		m.sameTokenHead(m.Layers[1].Attn, g, part(read), part(write), part(carry))
	}
	for _, l := range m.Layers[:2] {
		for _, p := range []*autograd.Param{l.Attn.Q.W, l.Attn.K.W, l.Attn.V.W, l.Attn.O.W} {
			p.Changed()
		}
	}
	m.Embed.W.Changed()
	return nil
}

// previousTokenHead sets key head g, and the query heads that read it, to
// attend to the token before.
func (m *Model) previousTokenHead(a *Attention, g int, read, write [][]float64) {
	c := m.Config
	d, half := float64(c.HiddenSize), c.HeadDim/2
	constant := 3 * math.Sqrt(d) / math.Sqrt(9+d-1)
	u := math.Sqrt(12*math.Sqrt(float64(c.HeadDim))/3) / constant
	inv, _ := c.InvFreq(c.MaxPositionEmbeddings)
	k := head{a.K.W, g * c.HeadDim}
	k.scale(c.HeadDim, 0.1)
	for f := range 3 {
		k.set(f, 0, u)
	}
	head{a.V.W, g * c.HeadDim}.setRows(read, 1)
	for h := range m.queryHeads(g) {
		q := head{a.Q.W, h * c.HeadDim}
		q.scale(c.HeadDim, 0.1)
		for f := range 3 { // turned back by one position
			q.set(f, 0, u*math.Cos(inv[f]))
			q.set(f+half, 0, -u*math.Sin(inv[f]))
		}
		setColumns(a.O.W, h*c.HeadDim, write, embedStd/float64(m.groups()))
	}
}

// sameTokenHead sets key head g, and the query heads that read it, to attend
// to the tokens that followed an earlier occurrence of this one.
func (m *Model) sameTokenHead(a *Attention, g int, read, write, carry [][]float64) {
	c := m.Config
	half := c.HeadDim / 2
	var slow []int // rows of the slow half of the rotary pairs
	for i := half / 2; i < half; i++ {
		slow = append(slow, i)
	}
	for i := half / 2; i < half; i++ {
		slow = append(slow, i+half)
	}
	size := math.Sqrt(6 * math.Sqrt(float64(c.HeadDim)) / float64(len(slow)))
	head{a.K.W, g * c.HeadDim}.scale(c.HeadDim, 0.1) // the fast pairs, which do see distance, start small
	for h := range m.queryHeads(g) {
		head{a.Q.W, h * c.HeadDim}.scale(c.HeadDim, 0.1)
	}
	for i, row := range slow {
		head{a.K.W, g * c.HeadDim}.setRow(row, write[i], size)
		for h := range m.queryHeads(g) {
			head{a.Q.W, h * c.HeadDim}.setRow(row, read[i], size)
		}
	}
	head{a.V.W, g * c.HeadDim}.setRows(carry, 1)
	for h := range m.queryHeads(g) {
		setColumns(a.O.W, h*c.HeadDim, carry, 2*embedStd/float64(m.groups()))
	}
}
