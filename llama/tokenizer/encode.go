package tokenizer

// Mode says what Encode makes of special tokens.
type Mode int

const (
	// Special: special tokens written in the text become their ids. For text
	// of one's own, such as a rendered chat template.
	Special Mode = iota
	// Plain: special tokens in the text stay ordinary text; added tokens that
	// are not special (<tool_call>) still match. For text of others: queries,
	// observations, anything that must not end a turn or begin one.
	Plain
	// Literal: added tokens of no kind match. For text of others where tokens that
	// are not special steer a model too: tags around calls, and the roles of
	// tokenizers that do not call them special.
	Literal
	// WithAdditions is Special plus what the tokenizer adds itself (BOS).
	WithAdditions
)

// Encode returns the ids of a text. Nothing can fail, except that a
// tokenizer.json may bring a split expression that backtracks without bound:
// then Encode panics with a [*PatternError]. Programs that open files of others
// use [Tokenizer.TryEncode], or [Recover] where they encode in many places.
func (t *Tokenizer) Encode(text string, mode Mode) []int32 {
	return t.Append(nil, text, mode)
}

// TryEncode is Encode, with an error that names the expression where Encode
// panics.
func (t *Tokenizer) TryEncode(text string, mode Mode) (ids []int32, err error) {
	defer Recover(&err)
	return t.Encode(text, mode), nil
}

// Append appends the ids of a text to dst. It panics as Encode does.
func (t *Tokenizer) Append(dst []int32, text string, mode Mode) []int32 {
	if mode == WithAdditions {
		dst = append(dst, t.prefix...)
	}
	e := t.pool.Get().(*encoder)
	e.ids = dst
	e.plain, e.literal = mode == Plain, mode == Literal
	if e.literal {
		e.segment(text)
	} else {
		t.raw.split(text, e.plain, e.segment, e.token)
	}
	dst, e.ids = e.ids, nil
	t.pool.Put(e)
	if mode == WithAdditions {
		dst = append(dst, t.suffix...)
	}
	return dst
}

// encoder is the state of one Append, kept between calls so that encoding
// allocates nothing but the ids.
type encoder struct {
	t              *Tokenizer
	ids            []int32
	plain, literal bool
	sym            []int32
	// emit[i] hands a piece to pre-tokenizer i, the last to BPE.
	emit    []func(string)
	token   func(int32)
	segment func(string)
}

func (t *Tokenizer) newEncoder() *encoder {
	e := &encoder{t: t, emit: make([]func(string), len(t.steps)+1)}
	e.emit[len(t.steps)] = e.word
	for i := len(t.steps) - 1; i >= 0; i-- {
		step, next := t.steps[i], e.emit[i+1]
		e.emit[i] = func(s string) { step.pieces(s, next) }
	}
	e.token = func(id int32) { e.ids = append(e.ids, id) }
	e.segment = func(s string) {
		if s = t.normalize(s); !e.literal {
			t.normalized.split(s, e.plain, e.emit[0], e.token)
		} else if s != "" {
			e.emit[0](s)
		}
	}
	return e
}

func (t *Tokenizer) normalize(s string) string {
	if t.nfc {
		return nfc(s)
	}
	return s
}

// word appends the ids of one piece.
func (e *encoder) word(s string) {
	t := e.t
	if len(s) > cacheLongest {
		e.ids = append(e.ids, e.merge(s)...)
		return
	}
	slot, ids, ok := t.cache.find(s)
	if !ok {
		ids = e.merge(s)
		store(slot, s, ids)
	}
	e.ids = append(e.ids, ids...)
}

// merge applies BPE to one piece. The result is valid until the next call.
func (e *encoder) merge(s string) []int32 {
	t := e.t
	sym := e.sym[:0]
	if t.whole != nil {
		if id, ok := t.whole[s]; ok {
			e.sym = append(sym, id)
			return e.sym
		}
	}
	unknown := false // whether the symbol before was unk
	for i := range len(s) {
		id := t.byteID[s[i]]
		if id >= 0 {
			sym, unknown = append(sym, id), false
			continue
		}
		if t.unk >= 0 && !(unknown && t.fuse) {
			sym = append(sym, t.unk)
		}
		unknown = true
	}
	e.sym = sym
	return t.bpe(sym)
}
