package toolenv

import (
	"testing"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Every character is written as json.dumps writes it, DEL among the escaped.
func TestQuoteJSONOfEveryCharacter(t *testing.T) {
	if got := QuoteJSON("\u007f~"); got != `"\u007f~"` {
		t.Errorf("got %s", got)
	}
	wrong := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		s := string(r)
		if got, want := QuoteJSON(s), pyliteral.Dumps(s, pyliteral.JSONStyle{ASCII: true}); got != want && utf8.ValidRune(r) {
			if wrong++; wrong < 10 {
				t.Errorf("%U: %s, want %s", r, got, want)
			}
		}
	}
}

func TestSystemPromptQuotesAsPython(t *testing.T) {
	got := SystemPrompt([]string{"a", "it's", "b\n"})
	if want := `Specifically, you have access to the following APIs: ['a', "it's", 'b\n', 'Finish']`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
