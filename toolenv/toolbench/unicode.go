package toolbench

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// bom marks the names of charsets whose text begins with a byte order mark.
const bom = "-bom"

// guessUnicode tells the kinds of Unicode apart by a byte order mark or by where
// the zero bytes of the first four characters of ASCII stand.
func guessUnicode(b []byte) string {
	head := b[:min(4, len(b))]
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return "utf-32-le" + bom
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return "utf-32-be" + bom
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return "utf-8-sig"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return "utf-16-le" + bom
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "utf-16-be" + bom
	}
	if len(head) < 4 {
		return "utf-8"
	}
	zero := [4]bool{}
	for i, c := range head {
		zero[i] = c == 0
	}
	switch zero {
	case [4]bool{true, false, true, false}:
		return "utf-16-be"
	case [4]bool{false, true, false, true}:
		return "utf-16-le"
	case [4]bool{true, true, true, false}:
		return "utf-32-be"
	case [4]bool{false, true, true, true}:
		return "utf-32-le"
	}
	return "utf-8"
}

func afterMark(name string, b []byte, n int) []byte {
	if strings.HasSuffix(name, bom) {
		return b[n:]
	}
	return b
}

func order(name string) binary.ByteOrder {
	if strings.Contains(name, "be") {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func decode16(b []byte, o binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = o.Uint16(b[2*i:])
	}
	s := string(utf16.Decode(u))
	if len(b)%2 == 1 {
		s += string(utf8.RuneError)
	}
	return s
}

func decode32(b []byte, o binary.ByteOrder) string {
	var s strings.Builder
	for len(b) >= 4 {
		s.WriteRune(rune(min(o.Uint32(b), utf8.MaxRune+1))) // beyond the last character: U+FFFD
		b = b[4:]
	}
	if len(b) > 0 {
		s.WriteRune(utf8.RuneError)
	}
	return s.String()
}

// replaceInvalid puts one U+FFFD in the place of every longest piece of a
// character that is not finished, and of every other byte that is no UTF-8, as
// the Unicode standard recommends and Python does.
func replaceInvalid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = piece(b)
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// piece is the length of what could have begun a character at b, at least 1.
func piece(b []byte) int {
	var need int
	low, high := byte(0x80), byte(0xbf) // of the second byte
	switch c := b[0]; {
	case c >= 0xc2 && c <= 0xdf:
		need = 2
	case c >= 0xe0 && c <= 0xef:
		need = 3
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		need = 4
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	default:
		return 1
	}
	n := 1
	for n < need && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return n
}
