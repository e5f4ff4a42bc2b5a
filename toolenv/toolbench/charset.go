package toolbench

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeReply reads the text of a reply: in the charset that its content type
// names, else in the kind of Unicode that its first bytes show, which for JSON is
// UTF-8 unless proved otherwise (RFC 8259). Bytes that fit nowhere become U+FFFD.
func decodeReply(contentType string, body []byte) string {
	_, charset, _ := mediaType(contentType)
	if charset == "" || !known(charset) {
		charset = guessUnicode(body)
	}
	return strings.TrimPrefix(decodeAs(charset, body), "\ufeff")
}

// decodeReleased is decodeReply as the released HTTP client (requests) does it:
// "text/…" without a charset is Latin-1, and a byte order mark is skipped only
// where there is no content type at all.
func decodeReleased(contentType string, body []byte) string {
	kind, charset, given := mediaType(contentType)
	switch {
	case charset != "", given && len(body) <= 3:
	case given:
		charset = guessUnicode(body)
	case strings.Contains(kind, "text"):
		charset = "iso-8859-1"
	case strings.Contains(kind, "application/json"):
		charset = "utf-8"
	case len(body) > 3:
		charset = guessUnicode(body)
	}
	return decodeAs(charset, body)
}

// mediaType splits a content type into the type and the value of its charset,
// which may be given and empty.
func mediaType(s string) (kind, charset string, given bool) {
	kind, rest, _ := strings.Cut(s, ";")
	for p := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.Trim(key, "\"' "), "charset") {
			charset, given = strings.Trim(value, "\"' "), true
		}
	}
	return strings.TrimSpace(kind), charset, given
}

// normal is the name of a charset in small letters with "-".
func normal(charset string) string {
	switch name := strings.ReplaceAll(strings.ToLower(charset), "_", "-"); name {
	case "utf8", "utf16", "utf32":
		return "utf-" + name[len("utf"):]
	default:
		return name
	}
}

func known(charset string) bool {
	switch normal(charset) {
	case "utf-8", "ascii", "us-ascii", "utf-16", "utf-32":
		return true
	}
	_, err := htmlindex.Get(normal(charset))
	return err == nil
}

// decodeAs decodes in a named charset; one that is not known counts as UTF-8.
// The charsets are those of the Web (WHATWG's encoding standard): older ones than
// Unicode that Python reads differently differ in a few control characters.
func decodeAs(charset string, b []byte) string {
	switch name := normal(charset); name {
	case "", "utf-8", "u8":
		return replaceInvalid(b)
	case "utf-8-sig":
		return replaceInvalid(bytes.TrimPrefix(b, []byte("\ufeff")))
	case "iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1":
		return latin(b)
	case "ascii", "us-ascii":
		return strings.Map(func(r rune) rune {
			if r >= 0x80 {
				return utf8.RuneError
			}
			return r
		}, latin(b))
	case "utf-16", "utf-32":
		// The mark says which end comes first; without one the little end does.
		if guess := guessUnicode(b); strings.HasPrefix(guess, name) && strings.HasSuffix(guess, bom) {
			return decodeAs(guess, b)
		}
		return decodeAs(name+"-le", b)
	case "utf-16-le", "utf-16le", "utf-16-be", "utf-16be", "utf-16-le" + bom, "utf-16-be" + bom:
		return decode16(afterMark(name, b, 2), order(name))
	case "utf-32-le", "utf-32le", "utf-32-be", "utf-32be", "utf-32-le" + bom, "utf-32-be" + bom:
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
