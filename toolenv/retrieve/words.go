package retrieve

import (
	"strings"
	"unicode"
)

// Words splits a text for BM25: runs of letters and runs of digits, which also
// end where a small letter meets a capital one (GetRelatedChannels), in lower
// case. An English plural loses its ending: "ies" of five letters or more becomes
// "y", another "s" but not "ss" of four or more goes. There are no stop words: BM25
// gives frequent words no weight.
func Words(text string) []string {
	var list []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			list = append(list, singular(string(word)))
			word = word[:0]
		}
	}
	last := rune(0)
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			if unicode.IsDigit(last) || unicode.IsUpper(r) && unicode.IsLower(last) {
				end()
			}
			word = append(word, unicode.ToLower(r))
		case unicode.IsDigit(r):
			if !unicode.IsDigit(last) {
				end()
			}
			word = append(word, r)
		default:
			end()
		}
		last = r
	}
	end()
	return list
}

func singular(w string) string {
	switch {
	case len(w) >= 5 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) >= 4 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
		return w[:len(w)-1]
	}
	return w
}
