package virtual

import (
	"errors"
	"io"
	"net/http"
)

// A parsed request takes up to twenty times its bytes, so of large ones only some
// are worked on at once.
const (
	largeBody  = 64 << 10
	largeShare = 16 // one of so many requests
)

// read reads the body of a request. It holds no slot meanwhile, or a few hundred
// clients that send nothing would keep all others out; what all bodies together
// hold is bounded instead. The bytes that it returns, with an error too, count as
// held until the caller takes them off.
func (f *front) read(w http.ResponseWriter, q *http.Request) ([]byte, *Error) {
	body, err := io.ReadAll(&counted{http.MaxBytesReader(w, q.Body, f.l.MaxBody), f})
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return body, fail(TooLarge, "a request of more than %d bytes", f.l.MaxBody)
	case errors.Is(err, errHeld):
		return body, &Error{Busy, err}
	case err != nil:
		return body, fail(InvalidRequest, "the request ended early: %w", err)
	}
	return body, nil
}

var errHeld = errors.New("too many large requests at once")

// counted counts what is read as held, and fails where that is too much.
type counted struct {
	io.Reader
	f *front
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if c.f.held.Add(int64(n)) > int64(c.f.l.MaxConcurrent)*c.f.l.MaxBody {
		err = errHeld
	}
	return n, err
}
