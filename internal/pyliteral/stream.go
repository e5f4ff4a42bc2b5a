package pyliteral

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
)

// maxElement bounds the bytes of one element of a stream.
const maxElement = 1 << 30

// StreamList reads a JSON text that is a list, one element at a time, as
// FromJSON reads it: memory holds one element, however long the file is. The
// sequence ends after the first error, a *StreamError.
func StreamList(r io.Reader) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		s := newStream(r)
		for i := 0; ; i++ {
			more, err := s.next('[', ']', i)
			if err == nil && !more {
				err = s.end()
				if err != nil {
					yield(nil, err)
				}
				return
			}
			var v any
			if err == nil {
				v, err = s.value()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// StreamDict is StreamList for an object. A key that comes twice is yielded
// twice, where json.loads keeps the last value.
func StreamDict(r io.Reader) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for e, err := range StreamEntries(r) {
			if !yield(e.Item, err) {
				return
			}
		}
	}
}

// Entry is an entry of an object and where its value stands: [From, To) in bytes.
// Whoever keeps that can come back for the value alone.
type Entry struct {
	Item
	From, To int64
}

// StreamEntries is StreamDict with places.
func StreamEntries(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		s := newStream(r)
		for i := 0; ; i++ {
			more, err := s.next('{', '}', i)
			if err == nil && !more {
				if err = s.end(); err != nil {
					yield(Entry{}, err)
				}
				return
			}
			it, err := s.item(err)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !yield(Entry{it, s.offset - int64(len(s.buf)), s.offset}, nil) {
				return
			}
		}
	}
}

// StreamError says where a stream stops being JSON.
type StreamError struct {
	Offset  int64 // bytes before the element or sign that is wrong
	Element int   // elements before it
	Err     error
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("byte %d, element %d: %v", e.Offset+1, e.Element+1, e.Err)
}

// Unwrap returns the cause: an *Error, or that of the reader.
func (e *StreamError) Unwrap() error { return e.Err }

type stream struct {
	r       *bufio.Reader
	buf     []byte // the element being read
	offset  int64
	element int
}

func newStream(r io.Reader) *stream { return &stream{r: bufio.NewReaderSize(r, 1<<16)} }

func (s *stream) fail(format string, args ...any) error {
	return &StreamError{s.offset, s.element, fmt.Errorf(format, args...)}
}

// next goes to the beginning of element i; false means the closing bracket.
func (s *stream) next(open, end byte, i int) (bool, error) {
	s.element = i
	if i == 0 {
		if c, err := s.space(); err != nil || c != open {
			return false, s.unexpected(fmt.Sprintf("%q", open), c, err)
		}
		s.skip()
	}
	c, err := s.space()
	switch {
	case err == nil && c == end:
		s.skip()
		return false, nil
	case err == nil && i == 0:
		return true, nil
	case err != nil || c != ',':
		return false, s.unexpected(fmt.Sprintf("',' or %q", end), c, err)
	}
	s.skip()
	if c, err = s.space(); err != nil || c == end {
		return false, s.unexpected("a value", c, err)
	}
	return true, nil
}

// end checks that nothing follows.
func (s *stream) end() error {
	c, err := s.space()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return s.unexpected("the end", c, err)
}

func (s *stream) unexpected(want string, c byte, err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return s.fail("expected %s, found the end", want)
	case err != nil:
		return s.fail("%w", err)
	}
	if c == 0xef && s.offset == 0 {
		return s.fail("expected %s, found what may be a byte order mark: save the text as UTF-8 without it", want)
	}
	return s.fail("expected %s, found %q", want, c)
}

// space skips white space and shows the byte after it.
func (s *stream) space() (byte, error) {
	for {
		b, err := s.r.Peek(1)
		if err != nil {
			return 0, err
		}
		switch b[0] {
		case ' ', '\t', '\n', '\r':
			s.skip()
		default:
			return b[0], nil
		}
	}
}

func (s *stream) skip() {
	if _, err := s.r.ReadByte(); err == nil {
		s.offset++
	}
}

// item reads a key, a colon and a value.
func (s *stream) item(err error) (it Item, _ error) {
	if err != nil {
		return it, err
	}
	if c, err := s.space(); err != nil || c != '"' {
		return it, s.unexpected("a key in double quotes", c, err)
	}
	if it.Key, err = s.value(); err != nil {
		return it, err
	}
	if c, err := s.space(); err != nil || c != ':' {
		return it, s.unexpected("':' after a key", c, err)
	}
	s.skip()
	if _, err := s.space(); err != nil {
		return it, s.unexpected("a value", 0, err)
	}
	it.Value, err = s.value()
	return it, err
}

// value reads the bytes of one value and parses them.
func (s *stream) value() (any, error) {
	start := s.offset
	if err := s.take(); err != nil {
		return nil, err
	}
	v, err := FromJSON(string(s.buf))
	if err != nil {
		return nil, &StreamError{start, s.element, err}
	}
	return v, nil
}

// take copies one value into buf: a string to its closing quote, brackets to
// their partner, anything else to the next sign that ends it. What is inside is
// checked by the parser.
func (s *stream) take() error {
	s.buf = s.buf[:0]
	var e extent
	for {
		if _, err := s.r.Peek(1); err != nil {
			if errors.Is(err, io.EOF) && len(s.buf) > 0 {
				return nil // the parser says what is missing
			}
			return s.unexpected("a value", 0, err)
		}
		b, _ := s.r.Peek(s.r.Buffered())
		n, done := e.scan(b, len(s.buf) == 0)
		if e.depth < 0 {
			return s.unexpected("a value", b[n-1], nil)
		}
		if len(s.buf)+n > maxElement {
			return s.fail("an element of more than %d bytes", maxElement)
		}
		s.buf = append(s.buf, b[:n]...)
		s.offset += int64(n)
		_, _ = s.r.Discard(n) // they are buffered
		if done {
			return nil
		}
	}
}

// extent finds the end of a value.
type extent struct {
	depth             int
	inString, escaped bool
}

// scan goes over bytes of a value, from its first byte where first says so. n of
// them belong to it; done says that it ends there. A closing bracket without a
// partner makes depth negative.
func (e *extent) scan(b []byte, first bool) (n int, done bool) {
	for i, c := range b {
		if e.inString {
			switch {
			case e.escaped:
				e.escaped = false
			case c == '\\':
				e.escaped = true
			case c == '"':
				e.inString = false
				if e.depth == 0 {
					return i + 1, true
				}
			}
			continue
		}
		switch c {
		case '"':
			e.inString = true
		case '[', '{':
			e.depth++
		case ']', '}':
			if e.depth == 0 && !(first && i == 0) {
				return i, true
			}
			if e.depth--; e.depth <= 0 {
				return i + 1, true
			}
		case ',', ':', ' ', '\t', '\n', '\r':
			if e.depth == 0 && !(first && i == 0) {
				return i, true
			}
		}
	}
	return len(b), false
}
