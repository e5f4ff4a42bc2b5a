package llama

import "fmt"

// ForkAt is Fork of the first n tokens: what both begin with is computed once,
// wherever the two part. The fork does not know what follows its last token; it
// has to be fed before it is continued.
func (s *Session) ForkAt(n int) *Session {
	s.idle("ForkAt")
	if n < 0 || n > len(s.tokens) {
		panic(fmt.Sprintf("llama: Session.ForkAt: %d of %d tokens", n, len(s.tokens)))
	}
	if n == len(s.tokens) {
		return s.Fork()
	}
	return &Session{
		e: s.e, tokens: append([]int32(nil), s.tokens[:n]...),
		span: s.e.cache.Fork(Span{Pages: s.span.Pages, Len: min(n, s.span.Len)}),
	}
}
