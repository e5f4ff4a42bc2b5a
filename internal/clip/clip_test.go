package clip

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func ExampleTo() {
	fmt.Println(To("model.layers.0", 5))
	fmt.Println(To("größe", 3)) // ö takes two bytes: it is in or out
	// Output:
	// model…
	// gr…
}

func TestTo(t *testing.T) {
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"", 0, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"é", 1, "…"}, {"日本語", 6, "日本…"}, {"日本語", 8, "日本…"},
		{"\xff\xff\xff", 2, "\xff\xff…"}, {"a\xe6\x97", 2, "a\xe6…"},
	} {
		if got := To(c.s, c.most); got != c.want {
			t.Errorf("To(%q, %d) = %q, want %q", c.s, c.most, got, c.want)
		}
	}
	for most := range 100 {
		if got := To(strings.Repeat("aé日😀", 30), most); !utf8.ValidString(got) || len(got) > most+len("…") {
			t.Errorf("To(…, %d) = %q", most, got)
		}
	}
	if got := Name(strings.Repeat("日", 100)); got != strings.Repeat("日", 26)+"…" {
		t.Errorf("Name: %q", got)
	}
}
