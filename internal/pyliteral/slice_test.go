package pyliteral

import "testing"

func TestFirst(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 0, ""}, {"", 3, ""}, {"abc", 0, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc"}, {"é中😀x", 3, "é中😀"}, {"é", 1, "é"},
		{"\xed\xa0\xbd\xed\xb8\x80a", 2, "\xed\xa0\xbd\xed\xb8\x80"}, // each half of a pair is a character
	} {
		if got := First(c.s, c.n); got != c.want {
			t.Errorf("First(%q, %d) = %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

// The expected texts are those of Python 3.11.
func TestStrip(t *testing.T) {
	for s, want := range map[string]string{
		"": "", " \t\n\r\v\f": "", "\x1c\x1d a b \x1e\x1f": "a b", "\u0085\u00a0\u3000x\u2028": "x", "\u200bx\ufeff\u180e": "\u200bx\ufeff\u180e", "\x1b\x00": "\x1b\x00",
	} {
		if got := Strip(s); got != want {
			t.Errorf("Strip(%q) = %q, want %q", s, got, want)
		}
	}
}
