package toolbench

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeReply reads the text of a reply: in the charset that its content type
// names, else in the kind of Unicode that its first bytes show, which for JSON is
// UTF-8 unless proved otherwise (RFC 8259). Bytes that fit nowhere become U+FFFD.
func decodeReply(contentType string, body []byte) string {
	_, charset := mediaType(contentType)
	if charset == "" || !known(charset) {
		charset = guessUnicode(body)
	}
	return strings.TrimPrefix(decodeAs(charset, body), "\ufeff")
}

// decodeReleased is decodeReply as the released HTTP client (requests) does it:
// "text/…" without a charset is Latin-1, and a byte order mark is skipped only
// where there is no content type at all.
func decodeReleased(contentType string, body []byte) string {
	kind, charset := mediaType(contentType)
	switch {
	case charset != "":
	case strings.Contains(kind, "text"):
		charset = "iso-8859-1"
	case strings.Contains(kind, "application/json"):
		charset = "utf-8"
	case len(body) > 3:
		charset = guessUnicode(body)
	}
	return decodeAs(charset, body)
}

// mediaType splits a content type into the type and the value of its charset.
func mediaType(s string) (kind, charset string) {
	kind, rest, _ := strings.Cut(s, ";")
	for p := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.Trim(key, "\"' "), "charset") {
			charset = strings.Trim(value, "\"' ")
		}
	}
	return strings.TrimSpace(kind), charset
}

// guessUnicode tells the kinds of Unicode apart by a byte order mark or by where
// the zero bytes of the first four characters of ASCII stand.
func guessUnicode(b []byte) string {
	head := b[:min(4, len(b))]
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return "utf-32-le-bom"
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return "utf-32-be-bom"
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return "utf-8-sig"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return "utf-16-le-bom"
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "utf-16-be-bom"
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

// normal is the name of a charset in small letters with "-".
func normal(charset string) string {
	return strings.ReplaceAll(strings.ToLower(charset), "_", "-")
}

func known(charset string) bool {
	switch normal(charset) {
	case "utf-8", "utf8", "ascii", "us-ascii", "utf-16", "utf-32":
		return true
	}
	_, err := htmlindex.Get(normal(charset))
	return err == nil
}

// decodeAs decodes in a named charset; one that is not known counts as UTF-8.
func decodeAs(charset string, b []byte) string {
	switch name := normal(charset); name {
	case "", "utf-8", "utf8", "u8":
		return replaceInvalid(b)
	case "utf-8-sig":
		return replaceInvalid(bytes.TrimPrefix(b, []byte("\ufeff")))
	case "iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1":
		s, _ := charmap.ISO8859_1.NewDecoder().Bytes(b)
		return string(s)
	case "ascii", "us-ascii":
		return strings.Map(func(r rune) rune {
			if r >= 0x80 {
				return utf8.RuneError
			}
			return r
		}, latin(b))
	case "utf-16":
		return decode16(bytes.TrimPrefix(b, []byte{0xff, 0xfe}), binary.LittleEndian)
	case "utf-16-le", "utf-16le", "utf-16-be", "utf-16be", "utf-16-le-bom", "utf-16-be-bom":
		return decode16(afterMark(name, b, 2), order(name))
	case "utf-32-le", "utf-32-be", "utf-32-le-bom", "utf-32-be-bom":
		return decode32(afterMark(name, b, 4), order(name))
	default:
		enc, err := htmlindex.Get(name)
		if err != nil {
			return replaceInvalid(b)
		}
		s, err := enc.NewDecoder().Bytes(b)
		if err != nil {
			return replaceInvalid(b)
		}
		return string(s)
	}
}

func latin(b []byte) string {
	s, _ := charmap.ISO8859_1.NewDecoder().Bytes(b)
	return string(s)
}

func afterMark(name string, b []byte, n int) []byte {
	if strings.HasSuffix(name, "-bom") {
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
