package pyliteral

import "testing"

// What Python 3.11 answers to dict(json.loads(text)).
func TestDictOf(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"a": 1}`, "{'a': 1}"},
		{`[]`, "{}"},
		{`""`, "{}"},
		{`[["a", 1], ["b", [2]], ["a", 3]]`, "{'a': 3, 'b': [2]}"},
		{`["ab", "é😀"]`, "{'a': 'b', 'é': '😀'}"},
		{`[{"x": 1, "y": 2}]`, "{'x': 'y'}"},
		{`[[1, 2], [1.0, 3], [null, 4]]`, "{1: 3, None: 4}"},
		{`["\ud83d\ud83d"]`, `{'\ud83d': '\ud83d'}`},
		{`["a"]`, ""}, {`["abc"]`, ""}, {`[["a"]]`, ""}, {`[[[], 1]]`, ""}, {`[[{}, 1]]`, ""}, {`[1]`, ""}, {`5`, ""}, {`null`, ""}, {`"ab"`, ""}, {`[{"a": 1}]`, ""},
	} {
		v, err := FromJSON(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := DictOf(v)
		if ok != (tt.want != "") || ok && Repr(d) != tt.want {
			t.Errorf("dict(%s) = %v, %v, want %s", tt.text, d, ok, tt.want)
		}
	}
}
