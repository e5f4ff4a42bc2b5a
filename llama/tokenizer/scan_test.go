package tokenizer

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// texts that try every branch of the patterns.
var scanTexts = []string{
	"Hello world", "don't DON'T 'S 's' 'll'LL 'rest 're 'x", "a1b22c333d4444", " 12  345\t6", "x  y   z", "  \n\n  a", "a \n", "\r\n\r\n b", " \t\n \t", "a\u00a0\u3000b",
	"!?  ... \n\n\r x", " !a!! b", "été naïve 中文字 ١٢٣ Ⅷ½", "😀😀 a😀", "_x_ a_b", "\u200b\u200d", "'", "' s", "\u0301a", "\x00\x1f \x7f", "a\n\nb\n", "\n", " ", "  ", "tab\t\tx",
}

// pieces by the pattern itself.
func regexpPieces(re *regexp2.Regexp, s string) (out []string) {
	splitter{find: foreign{re, time.Minute}.find, behavior: isolated}.pieces(s, func(p string) { out = append(out, p) })
	return
}

func comparable(s string) bool {
	// regexp2 folds case letter by letter and does not know that ſ is an s.
	return utf8.ValidString(s) && !strings.Contains(s, "ſ")
}

func TestScannersEqualPatterns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab ZsSTtl'dmrve19٣½é中 \t\n\r\u00a0\u0085\u2028_-.!😀\u0301\x00")
	texts := slices.Clone(scanTexts)
	for range 20000 {
		b := make([]rune, 1+r.IntN(12))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		texts = append(texts, string(b))
	}
	for pattern, scan := range scanners {
		re := regexp2.MustCompile(pattern, regexp2.None)
		for _, s := range texts {
			var got []string
			scan.pieces(s, func(p string) { got = append(got, p) })
			if want := regexpPieces(re, s); !slices.Equal(got, want) {
				t.Errorf("%.30s…: %q:\n got %q\nwant %q", pattern, s, got, want)
			}
		}
	}
	var got []string
	scanner(scanGPT2).pieces("it'ſ", func(p string) { got = append(got, p) })
	if want := []string{"it", "'", "ſ"}; !slices.Equal(got, want) {
		t.Errorf("the GPT-2 pattern does not fold: %q", got)
	}
	got = nil
	scanner(func(s string) int { return scanLlama3(s, 1) }).pieces("it'ſ", func(p string) { got = append(got, p) })
	if want := []string{"it", "'ſ"}; !slices.Equal(got, want) {
		t.Errorf("the Llama 3 pattern folds ſ to s: %q", got)
	}
}

// Every scanner cuts like its pattern, and loses nothing of any bytes.
func FuzzScanners(f *testing.F) {
	for _, s := range scanTexts {
		f.Add(s)
	}
	f.Add("\xff\xfe a\x80")
	res := map[string]*regexp2.Regexp{}
	for p := range scanners {
		res[p] = regexp2.MustCompile(p, regexp2.None)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for pattern, scan := range scanners {
			var got []string
			scan.pieces(s, func(p string) { got = append(got, p) })
			if strings.Join(got, "") != s || slices.Contains(got, "") {
				t.Fatalf("%q became %q", s, got)
			}
			if !comparable(s) {
				continue
			}
			if want := regexpPieces(res[pattern], s); !slices.Equal(got, want) {
				t.Errorf("%.30s…: %q:\n got %q\nwant %q", pattern, s, got, want)
			}
		}
	})
}

func BenchmarkScanLlama3(b *testing.B) {
	text := strings.Join(corpus(500, 1), "")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for s := text; s != ""; {
			s = s[scanLlama3(s, 1):]
		}
	}
}
