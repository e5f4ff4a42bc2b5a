package tokenizer

// DecodeBytes returns exactly the bytes that ids stand for, special tokens as
// their text. Unknown ids stand for nothing. The bytes of one id need not be
// UTF-8: a character may be spread over several.
func (t *Tokenizer) DecodeBytes(ids []int32) []byte {
	var out []byte
	for _, id := range ids {
		out = t.AppendBytes(out, id)
	}
	return out
}

// AppendBytes appends the bytes of one id.
func (t *Tokenizer) AppendBytes(dst []byte, id int32) []byte {
	if id < 0 || int(id) >= len(t.tokens) {
		return dst
	}
	return append(dst, t.tokens[id].bytes...)
}

// Decode returns the text of ids with special tokens shown. What is not UTF-8
// becomes U+FFFD, once per maximal invalid part.
func (t *Tokenizer) Decode(ids []int32) string {
	return string(appendValid(nil, t.DecodeBytes(ids)))
}

// DecodeSkip is Decode with special tokens left out.
func (t *Tokenizer) DecodeSkip(ids []int32) string {
	var out []byte
	for _, id := range ids {
		if !t.IsSpecial(id) {
			out = t.AppendBytes(out, id)
		}
	}
	return string(appendValid(nil, out))
}

// Stream decodes one id after the other: it returns text as soon as its
// characters are complete, so that the concatenation equals Decode.
type Stream struct {
	t    *Tokenizer
	skip bool
	rest []byte // the beginning of a character
}

// NewStream starts a stream; skip leaves special tokens out.
func (t *Tokenizer) NewStream(skip bool) *Stream { return &Stream{t: t, skip: skip} }

// Push takes the next id and returns the text that it completes.
func (s *Stream) Push(id int32) string {
	if s.skip && s.t.IsSpecial(id) {
		return ""
	}
	s.rest = s.t.AppendBytes(s.rest, id)
	keep := incompleteTail(s.rest)
	cut := len(s.rest) - keep
	out := string(appendValid(nil, s.rest[:cut]))
	s.rest = append(s.rest[:0], s.rest[cut:]...)
	return out
}

// Flush ends the stream: an incomplete character becomes U+FFFD.
func (s *Stream) Flush() string {
	out := string(appendValid(nil, s.rest))
	s.rest = s.rest[:0]
	return out
}
