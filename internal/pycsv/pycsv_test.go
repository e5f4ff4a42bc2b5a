package pycsv

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for text, want := range map[string][][]string{
		"a\tb\n":                   {{"a", "b"}},
		"a\tb":                     {{"a", "b"}},
		"\n\r\na\t\r\n\n":          {{"a", ""}},
		"\"x\r\ny\t\"\"z\"\tb\r\n": {{"x\r\ny\t\"z", "b"}},
		"a\"b\t\"c\"d\n":           {{"a\"b", "cd"}},
		"\t\n\"\"\n":               {{"", ""}, {""}},
		"a\rb\n":                   {{"a"}, {"b"}},
	} {
		var got [][]string
		r := NewReader(strings.NewReader(text))
		for {
			cells, _, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			got = append(got, cells)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	r := NewReader(strings.NewReader("a\n\"b\nc\"\n\"d"))
	for _, want := range []int{1, 2} {
		if _, line, err := r.Read(); line != want || err != nil {
			t.Errorf("line %d (%v), want %d", line, err, want)
		}
	}
	if _, _, err := r.Read(); err == nil || err.Error() != "line 4: a quote is never closed" {
		t.Error(err)
	}
}

// What is written comes back.
func FuzzAppendRow(f *testing.F) {
	f.Add("a\r\n", "\"", "\tb")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, end := range []string{"\n", "\r\n"} {
			text := AppendRow(AppendRow(nil, end, a, b, c), end, c)
			r := NewReader(strings.NewReader(string(text)))
			first, _, err := r.Read()
			if err != nil || !reflect.DeepEqual(first, []string{a, b, c}) {
				t.Fatalf("%q: %q, %v", text, first, err)
			}
			second, _, err := r.Read()
			if err != nil || !reflect.DeepEqual(second, []string{c}) {
				t.Fatalf("%q: %q, %v", text, second, err)
			}
		}
	})
}
