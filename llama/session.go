package llama

import "github.com/stepgrain/stepgrain/tensor"

// Session is a sequence that an [Engine] continues: its tokens so far, and the
// pages of the KV cache that hold what the model made of them. It stays valid
// from one request to the next, so that the turns of an episode are each
// computed once, until the model's weights change.
type Session struct {
	e      *Engine
	tokens []int32
	span   Span // how many of the tokens are in the cache
	busy   bool // in a request that runs

	// hidden is the final hidden state of the last token, kept when a request
	// ends before predicting from it; hasHidden says whether it is current.
	hidden    *tensor.Tensor
	hasHidden bool
}

// NewSession returns an empty sequence.
func (e *Engine) NewSession() *Session { return &Session{e: e} }

// Len returns the number of tokens, fed and sampled.
func (s *Session) Len() int { return len(s.tokens) }

// Tokens returns the tokens, fed and sampled. The caller must not change them.
func (s *Session) Tokens() []int32 { return s.tokens }

// Fork returns a session with the same tokens that shares the memory of this
// one: several samples of one prompt, or the branches of a search tree. What
// one of them feeds or samples later does not touch the other.
func (s *Session) Fork() *Session {
	s.idle("Fork")
	f := &Session{e: s.e, tokens: append([]int32(nil), s.tokens...), span: s.e.cache.Fork(s.span)}
	if s.hasHidden {
		f.keepHidden(s.hidden, 0)
	}
	return f
}

// Close gives the session's memory back. Closing twice is harmless.
func (s *Session) Close() {
	s.idle("Close")
	s.e.cache.Release(&s.span)
	s.tokens, s.hasHidden = nil, false
}

func (s *Session) idle(op string) {
	if s.busy {
		panic("llama: Session." + op + ": the session is in a request that runs")
	}
}

// keepHidden remembers row i of h as the hidden state of the last token.
func (s *Session) keepHidden(h *tensor.Tensor, i int) {
	if s.hidden == nil {
		s.hidden = tensor.New(h.Buf.DType, 1, h.Cols())
	}
	tensor.Copy(s.hidden.Buf, h.Row(i))
	s.hasHidden = true
}
