package tokenizer

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// The definition gives what the library gives, as long as no letter has more
// than 30 marks.
func TestSlowNFCEqualsLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	alphabet := []rune("aeoAXq\u0301\u0300\u0323\u0308\u0345\u0338\u093c\u0915\u1100\u1161\u11a8가각한ệ\u1e0a\u0307Å\u212b\ufb1f\u05b7\u0f71\u0f72\u0f74\U0001d15e\U0001d165\u034f日 ")
	for range 50000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		if r.IntN(8) == 0 {
			b.WriteByte(0xE3)
		}
		s := b.String()
		if got, want := compose(decompose(s)), norm.NFC.String(s); got != want {
			t.Fatalf("%+q: %+q, want %+q", s, got, want)
		}
	}
	for r := rune(0x80); r < 0x30000; r++ { // every character, alone and taken apart
		for _, s := range []string{string(r), norm.NFD.String(string(r))} {
			if got, want := compose(decompose(s)), norm.NFC.String(s); got != want {
				t.Fatalf("%+q: %+q, want %+q", s, got, want)
			}
		}
	}
}

// Many marks on a letter stay what they are.
func TestManyMarks(t *testing.T) {
	acutes := strings.Repeat("\u0301", 100)
	for s, want := range map[string]string{
		"e" + acutes:                  "é" + acutes[2:],
		"e" + acutes + "\u0323" + "e": "ẹ" + acutes + "e", // the dot below comes first
		acutes:                        acutes,
		"x\u034f" + acutes + "\xff":   "x\u034f" + acutes + "\xff",
	} {
		if got := nfc(s); got != want {
			t.Errorf("%+q: %+q, want %+q", s, got, want)
		}
	}
}
