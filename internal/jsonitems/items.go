package jsonitems

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Item is one entry.
type Item struct {
	Key    string // "" in an array
	Text   string // of the value
	Offset int64  // of the value in the input, in bytes
}

// Object goes through the entries of a JSON object, in their order; a key that
// is given twice comes twice. After an error nothing follows.
func Object(r io.Reader) iter.Seq2[Item, error] { return walk(r, '{', '}') }

// Array goes through the elements of a JSON array.
func Array(r io.Reader) iter.Seq2[Item, error] { return walk(r, '[', ']') }

func walk(r io.Reader, open, end byte) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		s := scanner{r: bufio.NewReaderSize(r, 1<<16)}
		if err := s.walk(open, end, yield); err != nil && err != errStopped {
			yield(Item{}, err)
		}
	}
}

var errStopped = fmt.Errorf("stopped")

type scanner struct {
	r  *bufio.Reader
	at int64 // bytes read
}

func (s *scanner) fail(format string, args ...any) error {
	return fmt.Errorf("byte %d: %s", s.at, fmt.Sprintf(format, args...))
}

// next is the next byte; at the end of the input an error that says so.
func (s *scanner) next() (byte, error) {
	c, err := s.r.ReadByte()
	if err == io.EOF {
		return 0, s.fail("the text ends too early")
	}
	s.at++
	return c, err
}

func (s *scanner) back() { s.r.UnreadByte(); s.at-- }

// token is the next byte that is not white space.
func (s *scanner) token() (byte, error) {
	for {
		c, err := s.next()
		if err != nil || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, err
		}
	}
}

func (s *scanner) walk(open, end byte, yield func(Item, error) bool) error {
	c, err := s.token()
	if err != nil {
		return err
	}
	if c != open {
		return s.fail("expected %q, found %q", open, c)
	}
	for first := true; ; first = false {
		c, err := s.token()
		if err != nil {
			return err
		}
		if c == end && first {
			break
		}
		s.back()
		var it Item
		if open == '{' {
			if it.Key, err = s.key(); err != nil {
				return err
			}
		}
		if it, err = s.value(it); err != nil {
			return err
		}
		if !yield(it, nil) {
			return errStopped
		}
		if c, err = s.token(); err != nil {
			return err
		}
		if c == end {
			break
		}
		if c != ',' {
			return s.fail("expected ',' or %q, found %q", end, c)
		}
	}
	if c, err := s.token(); err == nil {
		return s.fail("expected the end, found %q", c)
	}
	return nil
}

// key reads "key": with its colon.
func (s *scanner) key() (string, error) {
	c, err := s.token()
	if err != nil {
		return "", err
	}
	if c != '"' {
		return "", s.fail("expected a key in double quotes, found %q", c)
	}
	text, err := s.str([]byte{'"'})
	if err != nil {
		return "", err
	}
	v, err := pyliteral.FromJSON(string(text))
	if err != nil {
		return "", s.fail("key %.40s: %v", text, err)
	}
	if c, err = s.token(); err == nil && c != ':' {
		err = s.fail("expected ':' after a key, found %q", c)
	}
	return v.(string), err
}

// value reads up to the ',' or the bracket that ends the entry, which stays.
func (s *scanner) value(it Item) (Item, error) {
	c, err := s.token()
	if err != nil {
		return it, err
	}
	it.Offset = s.at - 1
	var text []byte
	depth := 0
	for ; ; c, err = s.next() {
		if err != nil {
			return it, err
		}
		switch c {
		case '"':
			if text, err = s.str(append(text, c)); err != nil {
				return it, err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				s.back()
				if len(text) == 0 {
					return it, s.fail("expected a value, found %q", c)
				}
				it.Text = string(text)
				return it, nil
			}
			if c != ',' {
				depth--
			}
		}
		text = append(text, c)
	}
}

// str appends the rest of a string to text, which ends in its first quote.
func (s *scanner) str(text []byte) ([]byte, error) {
	for {
		c, err := s.next()
		if err != nil {
			return nil, err
		}
		text = append(text, c)
		switch c {
		case '"':
			return text, nil
		case '\\':
			if c, err = s.next(); err != nil {
				return nil, err
			}
			text = append(text, c)
		}
	}
}
