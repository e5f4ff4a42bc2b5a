package jinja

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape reads the escapes of a Python string; unknown ones stay as they are.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	const names, values = "'\"\\abfnrtv", "'\"\\\a\b\f\n\r\t\v"
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		c := s[i]
		if k := strings.IndexByte(names, c); k >= 0 {
			b = append(b, values[k])
			continue
		}
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		switch {
		case c == '\n':
		case digits > 0:
			if i+digits >= len(s) {
				return "", fmt.Errorf(`escape \%c needs %d digits`, c, digits)
			}
			r, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32)
			if err != nil || r > utf8.MaxRune {
				return "", fmt.Errorf(`escape \%s is no character`, s[i:i+1+digits])
			}
			b = utf8.AppendRune(b, rune(r))
			i += digits
		case c >= '0' && c <= '7':
			n := 0
			k := i
			for ; k < len(s) && k < i+3 && s[k] >= '0' && s[k] <= '7'; k++ {
				n = 8*n + int(s[k]-'0')
			}
			b = utf8.AppendRune(b, rune(n))
			i = k - 1
		default:
			b = append(b, '\\', c)
		}
	}
	return string(b), nil
}
