package tokenizer

import (
	"fmt"
	"sync"
)

// Tokenizer turns text into token ids and back: byte-level byte-pair encoding.
// It is immutable and safe for concurrent use.
type Tokenizer struct {
	tokens []token          // by id
	ids    map[string]int32 // id of a token as the file writes it
	byteID [256]int32       // token of a single byte, or -1
	whole  map[string]int32 // bytes → id: pieces taken as they are (ignore_merges), nil when merges decide
	pairs  pairTable
	merges [][2]int32 // by rank
	unk    int32      // token of a byte that the vocabulary lacks, or -1: such bytes vanish
	fuse   bool       // neighbouring unknown bytes make one unk

	nfc   bool
	steps []preTokenizer
	cache *wordCache
	pool  sync.Pool // of *encoder

	added      []AddedToken // by id
	raw        matcher      // added tokens sought before normalisation
	normalized matcher      // and after it

	prefix, suffix []int32 // what WithAdditions puts around a text

	bos, eos, pad int32 // or -1

	file components // the parts of tokenizer.json that Save writes back
}

// token is one entry of the vocabulary.
type token struct {
	text    string // as the file writes it
	bytes   string // what it stands for
	used    bool   // ids may have gaps
	model   bool   // part of the model's vocabulary, not only an added token
	special bool
}

// Len returns the number of ids: one more than the largest. A model's embedding
// has at least so many rows.
func (t *Tokenizer) Len() int { return len(t.tokens) }

// ID returns the id of a token given as the tokenizer's file writes it (a space
// is Ġ), which for added tokens such as <|im_end|> is their plain text.
func (t *Tokenizer) ID(token string) (id int32, ok bool) {
	id, ok = t.ids[token]
	return
}

// MustID is ID for tokens that have to exist; it panics when one does not.
func (t *Tokenizer) MustID(token string) int32 {
	id, ok := t.ids[token]
	if !ok {
		panic(fmt.Sprintf("tokenizer: MustID: no token %q among %d", token, len(t.tokens)))
	}
	return id
}

// Token returns the token of an id as the file writes it, "" when there is none.
func (t *Tokenizer) Token(id int32) string {
	if id < 0 || int(id) >= len(t.tokens) {
		return ""
	}
	return t.tokens[id].text
}

// IsSpecial says whether an id is a control token.
func (t *Tokenizer) IsSpecial(id int32) bool {
	return id >= 0 && int(id) < len(t.tokens) && t.tokens[id].special
}

// Added lists the added tokens by id.
func (t *Tokenizer) Added() []AddedToken { return append([]AddedToken(nil), t.added...) }

// BOS returns the id that begins a text, -1 when unknown.
func (t *Tokenizer) BOS() int32 { return t.bos }

// EOS returns the id that ends a text or a turn, -1 when unknown.
func (t *Tokenizer) EOS() int32 { return t.eos }

// Pad returns the id used for padding by software that pads, -1 when unknown.
func (t *Tokenizer) Pad() int32 { return t.pad }

// Prefix returns what the tokenizer itself puts in front of a text: BOS for
// Llama, nothing for Qwen.
func (t *Tokenizer) Prefix() []int32 { return append([]int32(nil), t.prefix...) }

// finish builds what follows from the vocabulary, once all fields are set.
func (t *Tokenizer) finish() {
	for b := range t.byteID {
		t.byteID[b] = -1
		if id, ok := t.ids[string(byteToRune[b])]; ok {
			t.byteID[b] = id
		}
	}
	for i := range t.added {
		a := &t.added[i]
		tok := &t.tokens[a.ID]
		tok.special = a.Special
		raw, _ := toBytes(a.Content) // a piece of plain text must not become a control token
		delete(t.whole, raw)
		if a.Normalized { // what it matches is normalised text, so that is what it stands for
			tok.bytes = t.normalize(a.Content)
			t.normalized.add(tok.bytes, a)
		} else {
			tok.bytes = a.Content
			t.raw.add(a.Content, a)
		}
	}
	for _, p := range t.merges { // nor may its bytes grow to one
		if _, id := t.pairs.get(p[0], p[1]); t.IsSpecial(id) {
			t.pairs.put(p[0], p[1], noRank, -1)
		}
	}
	t.cache = newWordCache()
	t.pool.New = func() any { return t.newEncoder() }
}
