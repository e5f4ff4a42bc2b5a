package reward

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// lcsTable is the definition: the whole table, a row at a time.
func lcsTable(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			up := row[j+1]
			switch {
			case x == y:
				row[j+1] = diagonal + 1
			case row[j] > up:
				row[j+1] = row[j]
			}
			diagonal = up
		}
	}
	return row[len(b)]
}

// randomText draws n characters of an alphabet: Latin, Greek, CJK, emoji and half
// a surrogate pair.
func randomText(r *rand.Rand, n, alphabet int) []rune {
	starts := []rune{'a', 'α', 0x4E00, 0x1F600, 0xD800}
	out := make([]rune, n)
	for i := range out {
		k := rune(r.IntN(alphabet))
		out[i] = starts[int(k)%len(starts)] + k
	}
	return out
}

func TestLCS(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, alphabet := range []int{1, 2, 4, 30, 1000} {
		for range 60 {
			a, b := randomText(r, r.IntN(700), alphabet), randomText(r, r.IntN(700), alphabet)
			if r.IntN(3) == 0 { // much in common
				b = append(append(append([]rune{}, a[:len(a)/2]...), b[:len(b)/3]...), a[len(a)/3:]...)
			}
			if got, want := lcs(a, b), lcsTable(a, b); got != want {
				t.Fatalf("alphabet %d, lengths %d and %d: %d, want %d", alphabet, len(a), len(b), got, want)
			}
		}
	}
	// Around the edges of words and blocks.
	for _, n := range []int{0, 1, 63, 64, 65, 255, 256, 257, 511, 512, 513} {
		for _, m := range []int{0, 1, 64, 256, 257} {
			a, b := randomText(r, n, 3), randomText(r, m, 3)
			if got, want := lcs(a, b), lcsTable(a, b); got != want {
				t.Errorf("lengths %d and %d: %d, want %d", n, m, got, want)
			}
		}
	}
}

func FuzzLCS(f *testing.F) {
	f.Add("kitten", "sitting")
	f.Add("日本語テキスト", "日本のテスト")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := characters(a), characters(b)
		if len(x)*len(y) > 1<<22 {
			return
		}
		if got, want := lcs(x, y), lcsTable(x, y); got != want {
			t.Errorf("lcs(%q, %q) = %d, want %d", a, b, got, want)
		}
	})
}

// Memory is linear: a table of these two texts would have 10¹⁰ cells.
func TestLCSOfLongTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("10¹⁰ cells")
	}
	r := rand.New(rand.NewPCG(2, 2))
	a := randomText(r, 100_000, 90)
	b := append(randomText(r, 30_000, 90), a[40_000:]...)
	if n := lcs(a, b); n < 60_000 || n > 90_000 {
		t.Errorf("%d characters in common: 60000 are by construction, and 90000 are all of the shorter", n)
	}
}

func BenchmarkLCS(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		for _, alphabet := range []int{90, 5000} {
			b.Run(fmt.Sprintf("%dx%d/alphabet=%d", n, n, alphabet), func(b *testing.B) {
				r := rand.New(rand.NewPCG(3, 3))
				x, y := randomText(r, n, alphabet), randomText(r, n, alphabet)
				b.ReportAllocs()
				for b.Loop() {
					lcs(x, y)
				}
			})
		}
	}
}
