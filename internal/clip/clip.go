package clip

import "unicode/utf8"

// Name is To for names: 80 bytes.
func Name(s string) string { return To(s, 80) }

// To returns s, or its first bytes up to most with "…" behind, cut between
// characters. A byte that is no UTF-8 counts as a character.
func To(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := 0
	for cut < len(s) {
		_, n := utf8.DecodeRuneInString(s[cut:])
		if cut+n > most {
			break
		}
		cut += n
	}
	return s[:cut] + "…"
}
