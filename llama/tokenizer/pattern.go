package tokenizer

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"

	"github.com/stepgrain/stepgrain/internal/clip"
)

// A pattern that no scanner knows is matched by backtracking, and a few
// characters of it, such as (a+)+$, are enough to keep that busy for years. So
// it has a bound, in seconds since regexp2 counts nothing else; and since a
// clock must never decide what the ids are, reaching it is an error.
const (
	matchLimit = 5 * time.Second // one match takes microseconds
	matchPace  = 100_000         // bytes a second that any match must keep up with; usual is a million
)

// PatternError says that the split expression of a foreign tokenizer.json does
// not come to an end on a text: it backtracks without bound.
type PatternError struct {
	Pattern string        // the regular expression
	Bytes   int           // length of the text
	At      int           // byte where its search stands
	Limit   time.Duration // how long it was given
}

func (e *PatternError) Error() string {
	return fmt.Sprintf("tokenizer: pattern %q of the pre-tokenizer finds no end at byte %d of a text of %d bytes (given %v): it backtracks without bound; use another tokenizer.json, or rewrite the expression without nested repetition",
		clip.To(e.Pattern, 200), e.At, e.Bytes, e.Limit)
}

// Recover is deferred by functions that encode texts and return an error: it
// turns the panic of [Tokenizer.Encode] into that error.
//
//	defer tokenizer.Recover(&err)
func Recover(err *error) {
	switch r := recover().(type) {
	case nil:
	case *PatternError:
		*err = r
	default:
		panic(r)
	}
}

// foreign is a regular expression that came with a model.
type foreign struct {
	re    *regexp2.Regexp
	limit time.Duration // for a text of no length
}

func compile(pattern string) (foreign, error) {
	re, err := regexp2.Compile(pattern, regexp2.None)
	if err != nil {
		return foreign{}, fmt.Errorf("Split: pattern %q: %w", clip.To(pattern, 200), err)
	}
	re.MatchTimeout = matchLimit
	return foreign{re, matchLimit}, nil
}

// find calls match for what the expression matches; empty matches are none.
// It panics with a *PatternError when that takes beyond all measure.
func (f foreign) find(s string, match func(from, to int)) {
	runes := make([]rune, 0, len(s))
	offset := make([]int, 0, len(s)+1) // byte at which rune i begins
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		runes, offset = append(runes, r), append(offset, i)
		i += n
	}
	offset = append(offset, len(s))
	limit := f.limit + time.Duration(len(s))*time.Second/matchPace
	start, at := time.Now(), 0
	m, err := f.re.FindRunesMatch(runes)
	for m != nil && err == nil && time.Since(start) <= limit {
		at = offset[m.Index+m.Length]
		if m.Length > 0 {
			match(offset[m.Index], at)
		}
		m, err = f.re.FindNextMatch(m)
	}
	if m != nil || err != nil { // regexp2 has no error but the timeout
		panic(&PatternError{f.re.String(), len(s), at, limit})
	}
}
