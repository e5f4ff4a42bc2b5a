package tokenizer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// nfc is Unicode's normalisation form C. The library's keeps texts fit for
// streams (UAX 15, section 13): it breaks more than 30 marks on one letter by a
// joiner (U+034F), which models have not seen. Such texts take the slow way,
// which is the definition.
func nfc(s string) string {
	out := norm.NFC.String(s)
	if strings.Count(out, joiner) == strings.Count(s, joiner) {
		return out
	}
	return compose(decompose(s))
}

const joiner = "\u034f"

// codePoint is a character and its combining class: 0 for starters, which others
// attach to. A byte that is no UTF-8 is kept as a starter of its own.
type codePoint struct {
	text  string
	class uint8
}

// decompose is form D: characters taken apart, marks in the order of their class.
func decompose(s string) []codePoint {
	var out []codePoint
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			out = append(out, codePoint{s[:1], 0})
			s = s[1:]
			continue
		}
		for d := norm.NFD.String(s[:n]); d != ""; {
			_, k := utf8.DecodeRuneInString(d)
			out = append(out, codePoint{d[:k], norm.NFD.PropertiesString(d[:k]).CCC()})
			d = d[k:]
		}
		s = s[n:]
	}
	for i := 0; i < len(out); {
		j := i + 1
		if out[i].class > 0 {
			for j < len(out) && out[j].class > 0 {
				j++
			}
			slices.SortStableFunc(out[i:j], func(a, b codePoint) int { return int(a.class) - int(b.class) })
		}
		i = j
	}
	return out
}

// compose joins each starter with what may attach to it: characters between
// which and the starter none of the same or a higher class, and no starter, is
// left (UAX 15, D115 and D117).
func compose(cs []codePoint) string {
	var out []codePoint
	starter, last := -1, uint8(0) // place of the starter, class of what was left behind it
	for _, c := range cs {
		if starter >= 0 && (starter == len(out)-1 || last < c.class) {
			if pair := norm.NFC.String(out[starter].text + c.text); utf8.RuneCountInString(pair) == 1 && utf8.ValidString(pair) {
				out[starter].text = pair
				continue
			}
		}
		if c.class == 0 {
			starter = len(out)
		}
		last = c.class
		out = append(out, c)
	}
	var b strings.Builder
	for _, c := range out {
		b.WriteString(c.text)
	}
	return b.String()
}
