package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// class is what the split patterns ask of a character.
type class uint8

const (
	other   class = iota // [^\s\p{L}\p{N}], and every byte that is not UTF-8
	letter               // \p{L}
	number               // \p{N}
	space                // \s except line ends
	newline              // [\r\n]
)

var asciiClass = func() (t [utf8.RuneSelf]class) {
	for b := range t {
		t[b] = runeClass(rune(b))
	}
	return
}()

func runeClass(r rune) class {
	switch {
	case r == '\r' || r == '\n':
		return newline
	case unicode.IsLetter(r):
		return letter
	case unicode.IsNumber(r):
		return number
	case unicode.IsSpace(r):
		return space
	}
	return other
}

// classAt returns the class and the length of the character at s[i:].
func classAt(s string, i int) (class, int) {
	if b := s[i]; b < utf8.RuneSelf {
		return asciiClass[b], 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return runeClass(r), n
}

// run returns the end of the longest run of class c from i on.
func run(s string, i int, c class) int {
	for i < len(s) {
		k, n := classAt(s, i)
		if k != c {
			break
		}
		i += n
	}
	return i
}

// spaceRun describes the white space that s begins with: its end, where its
// last character begins, and the end of its last line end (0 without one).
func spaceRun(s string) (end, last, afterNewline int) {
	for end < len(s) {
		k, n := classAt(s, end)
		if k != space && k != newline {
			break
		}
		last = end
		end += n
		if k == newline {
			afterNewline = end
		}
	}
	return
}

// trailingSpace applies \s+(?!\S)|\s+ to a run of white space: all of it at
// the end of the text, else all but its last character, which goes with the
// word that follows; a single character stands alone.
func trailingSpace(s string, end, last int) int {
	if end < len(s) && last > 0 {
		return last
	}
	return end
}
