package tokenizer

import (
	"fmt"
	"iter"
)

// TrainOption changes how Train works.
type TrainOption func(*trainOptions)

type trainOptions struct {
	pattern  string
	minCount int
	bos, eos string
	prefix   bool
	added    []string
}

// WithPattern sets the split pattern; PatternQwen2 is used without it.
func WithPattern(p string) TrainOption { return func(o *trainOptions) { o.pattern = p } }

// WithMinCount sets how often a pair must occur to be merged: 2 without it.
func WithMinCount(n int) TrainOption { return func(o *trainOptions) { o.minCount = n } }

// WithEOS names the special token that ends a turn.
func WithEOS(token string) TrainOption { return func(o *trainOptions) { o.eos = token } }

// WithBOS names the special token that begins a text, which WithAdditions then adds.
func WithBOS(token string) TrainOption {
	return func(o *trainOptions) { o.bos, o.prefix = token, true }
}

// WithAdded adds tokens that are matched in any text but are not special; they
// take the last ids.
func WithAdded(tokens ...string) TrainOption {
	return func(o *trainOptions) { o.added = tokens }
}

// Train learns a vocabulary of at most vocab entries from texts: the special
// tokens first (ids 0, 1, …), then the 256 bytes, then the tokens that merges
// make, in the order of the merges. It is Sennrich's algorithm (2016) on
// bytes: merge the most frequent pair of neighbours, again and again; of equally
// frequent pairs the one with the smaller left id, then the smaller right id.
// The result depends on the texts and the options alone. Special tokens in the
// texts are text to it.
//
// It panics when vocab has no room for the special tokens and the bytes.
func Train(texts iter.Seq[string], vocab int, specials []string, options ...TrainOption) *Tokenizer {
	o := trainOptions{pattern: PatternQwen2, minCount: 2}
	for _, f := range options {
		f(&o)
	}
	base := len(specials) + 256
	if vocab < base+len(o.added) {
		panic(fmt.Sprintf("tokenizer: Train: vocabulary of %d has no room for %d special tokens, 256 bytes and %d added tokens",
			vocab, len(specials), len(o.added)))
	}
	split, err := patternPreTokenizer(o.pattern)
	if err != nil {
		panic("tokenizer: Train: " + err.Error())
	}
	words, counts := countWords(texts, split)
	tr := newTrainer(words, counts, int32(len(specials)))
	tr.run(vocab-base-len(o.added), o.minCount)

	f := file{Version: "1.0"}
	f.Model = newModel(tr, specials)
	for i, s := range specials {
		f.Added = append(f.Added, AddedToken{ID: int32(i), Content: s, Special: true})
	}
	for _, s := range o.added {
		f.Added = append(f.Added, AddedToken{ID: int32(len(f.Model.Vocab) + len(f.Added) - len(specials)), Content: s})
	}
	f.components = trainedComponents(o.pattern, o.bos, f.Model.Vocab[o.bos])
	t, err := f.tokenizer()
	if err != nil {
		panic("tokenizer: Train: " + err.Error())
	}
	t.setNamed(o.bos, o.eos, "")
	return t
}
