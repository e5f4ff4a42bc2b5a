package pyliteral

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// pyrepr.json holds str(json.loads(text)) and json.dumps(…) of Python 3.11.
func TestGoldenPython(t *testing.T) {
	path := filepath.Join(golden.Dir(t), "toolbench", "units", "pyrepr.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no %s", path)
	}
	doc, err := FromJSON(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := doc.(Dict).Get("rows")
	for _, row := range rows.(List) {
		text := func(key string) string {
			v, _ := row.(Dict).Get(key)
			return v.(string)
		}
		v, err := FromJSON(text("json"))
		if err != nil {
			t.Errorf("%s: %v", text("json"), err)
			continue
		}
		if got := Str(v); got != text("str") {
			t.Errorf("str of %s:\n got %s\nwant %s", text("json"), got, text("str"))
		}
		if got := Dumps(v, JSONStyle{ASCII: true}); got != text("dumps") {
			t.Errorf("dumps of %s:\n got %s\nwant %s", text("json"), got, text("dumps"))
		}
	}
	ranges, _ := doc.(Dict).Get("printable_ranges")
	want := map[rune]bool{}
	for _, r := range ranges.(List) {
		for c := r.(List)[0].(int64); c <= r.(List)[1].(int64); c++ {
			want[rune(c)] = true
		}
	}
	wrong := 0
	for c := rune(0); c <= utf8.MaxRune; c++ {
		if printable(c) != want[c] {
			if wrong++; wrong < 40 {
				t.Errorf("U+%04X: printable %t", c, printable(c))
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d wrong", wrong)
	}
}
