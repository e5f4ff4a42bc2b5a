package pyliteral

import (
	"strings"
	"unicode"
)

// First is Python's s[:n] for n >= 0: the first n characters.
func First(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size, _ := decodeCode(s[at:])
		at += size
	}
	return s[:at]
}

// Strip is Python's s.strip(): white space goes from both ends, to which Python
// counts the four separators of ASCII, too.
func Strip(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
}
