package pyliteral

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
)

func ExampleParse() {
	v, err := Parse(`['it\'s', "two", 0.5, True, None, {'k': (1,)}]`)
	fmt.Println(Repr(v), err)
	_, err = Parse(`['a', 'b' 'c']`)
	fmt.Println(err)
	// Output:
	// ["it's", 'two', 0.5, True, None, {'k': (1,)}] <nil>
	// character 11: two strings side by side: a comma is missing
}

func TestParse(t *testing.T) {
	big20, _ := new(big.Int).SetString("99999999999999999999", 10)
	for text, want := range map[string]any{
		`[]`:                            List{},
		` [ 1 , 2 , ] `:                 List{int64(1), int64(2)},
		`()`:                            Tuple{},
		`(1)`:                           int64(1),
		`(1,)`:                          Tuple{int64(1)},
		`(1, 2)`:                        Tuple{int64(1), int64(2)},
		`{'a': 1, 'b': 2, 'a': 3}`:      Dict{{"a", int64(3)}, {"b", int64(2)}},
		`{1: 'x', 1.0: 'y', True: 'z'}`: Dict{{int64(1), "z"}},
		`{'int:99999999999999999999': 1, 99999999999999999999: 2}`: Dict{{"int:99999999999999999999", int64(1)}, {big20, int64(2)}},
		`-1.5e3`: -1500.0,
		`.5`:     0.5,
		`5.`:     5.0,
		`+7`:     int64(7),
		`1e999`:  math.Inf(1),
		`'\x41\101\u00e9\U0001F600\n\t\\\'\"\a\q'`: "AAé😀\n\t\\'\"\a\\q",
		"'a\\\nb'":       "ab",
		`''`:             "",
		`'\ud83d\ude00'`: "\xed\xa0\xbd\xed\xb8\x80",
		`False`:          false,
	} {
		got, err := Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, %v; want %#v", text, got, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                              "character 1: expected a value, found the end",
		`['a'`:                          "character 1: '[' is never closed",
		`['é', 'a`:                      "character 7: a string is never closed",
		`['a' 1]`:                       "character 6: expected ',' or ']', found '1'",
		`[1 2]`:                         "character 4: expected ',' or ']'",
		`{'a' 1}`:                       "expected ':' after a key, found '1'",
		`{'a': 1`:                       "character 1: '{' is never closed",
		`{[1]: 2}`:                      "character 2: a list cannot be a key",
		`[true]`:                        `unexpected name "true"`,
		`nan`:                           `unexpected name "nan"`,
		`__import__('os')`:              `unexpected name "__import__"`,
		`[1] + [2]`:                     "character 5: expected the end, found '+'",
		`1_000`:                         "character 2: expected the end of a number",
		`0123`:                          "begins with a zero",
		`[,]`:                           "expected a value, found ','",
		`'\x4'`:                         "an escape needs 2 hexadecimal digits",
		`'\U00110000'`:                  "no character has code 0x110000",
		`'\N{BULLET}'`:                  "is not supported",
		`'''a'''`:                       "triple quotes",
		"'a\nb'":                        "control character '\\n' in a string",
		"'a\rb'":                        "control character '\\r' in a string",
		"'\x00'":                        "control character '\\x00' in a string",
		`b'a'`:                          `unexpected name "b"`,
		strings.Repeat("[", 1000):       "nested more than 200 deep",
		"1" + strings.Repeat("0", 5000): "an integer of 5001 digits",
	} {
		_, err := Parse(text)
		var e *Error
		if err == nil || !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: error %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		`{'a': 1}`: "expected a key in double quotes", `[1,]`: "expected a value", `{"a":1,}`: "expected a key",
		`"\x41"`: "unknown escape", `01`: "begins with a zero", `1.`: "expected a digit", `True`: "unexpected name",
		"\"\t\"": "control character", `[`: "never closed",
	} {
		if _, err := FromJSON(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("JSON %s: error %v, want %q", text, err, want)
		}
	}
}

func TestDumpsStyles(t *testing.T) {
	v, err := FromJSON(`{"é": [1, {"x": []}], "n": 1e21, "\u007f": {}}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := Dumps("é\xed\xa0\xbd", JSONStyle{}); got != `"é\ud83d"` {
		t.Errorf("half a surrogate pair, which UTF-8 has not: %s", got)
	}
	if got := Dumps("\xffé\xed\xa0\xbd", JSONStyle{ASCII: true}); got != `"\ufffd\u00e9\ud83d"` {
		t.Errorf("a byte that is no UTF-8, as ASCII: %s", got)
	}
	for want, style := range map[string]JSONStyle{
		`{"é": [1, {"x": []}], "n": 1e+21, "` + "\x7f" + `": {}}`:                                        {},
		`{"\u00e9": [1, {"x": []}], "n": 1e+21, "\u007f": {}}`:                                           {ASCII: true},
		`{"é":[1,{"x":[]}],"n":1e+21,"` + "\x7f" + `":{}}`:                                               {Item: ",", Key: ":"},
		"{\n  \"é\": [\n    1,\n    {\n      \"x\": []\n    }\n  ],\n  \"n\": 1e+21,\n  \"\x7f\": {}\n}": {Indent: "  "},
	} {
		if got := Dumps(v, style); got != want {
			t.Errorf("%+v:\n got %s\nwant %s", style, got, want)
		}
	}
}

func TestJSONOptions(t *testing.T) {
	raw := "\"a\tb\nc\x00\""
	if _, err := FromJSON(raw); err == nil {
		t.Error("raw control characters were accepted")
	}
	if v, err := ParseJSON(raw, JSONOptions{ControlCharacters: true}); err != nil || v != "a\tb\nc\x00" {
		t.Errorf("raw control characters: %q, %v", v, err)
	}
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for n, ok := range map[int]bool{900: true, 902: false, 1 << 20: false} {
		if _, err := FromJSON(nested(n)); (err == nil) != ok {
			t.Errorf("%d lists in each other: %v", n, err)
		}
	}
	if _, err := ParseJSON(nested(5), JSONOptions{MaxDepth: 3}); err == nil || !strings.Contains(err.Error(), "nested more than 3 deep") {
		t.Errorf("a limit of 3: %v", err)
	}
	for text, ok := range map[string]bool{"-" + strings.Repeat("9", 4300): true, strings.Repeat("9", 4301): false} {
		if _, err := FromJSON(text); (err == nil) != ok {
			t.Errorf("an integer of %d characters: %v", len(text), err)
		}
	}
}

// A dict with many keys is indexed; order and replaced values are as in a small one.
func TestLargeDict(t *testing.T) {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, `"k%d": %d, `, i%40, i)
	}
	v, err := FromJSON("{" + text.String() + `"k7": "last"}`)
	d, _ := v.(Dict)
	if err != nil || len(d) != 40 {
		t.Fatalf("%d keys, %v", len(d), err)
	}
	for i, it := range d {
		want := any(int64(i))
		if i < 10 {
			want = int64(i + 40)
		}
		if i == 7 {
			want = "last"
		}
		if it.Key != fmt.Sprintf("k%d", i) || it.Value != want {
			t.Errorf("entry %d: %v", i, it)
		}
	}
}

// Whatever parses is written so that it parses to the same again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`['a', "b\n", 1.5, (), {'k': None}]`, `'\ud83d'`, `[1,`, `{1: {2: [3]}}`, `-0.0`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		if err != nil {
			return
		}
		text := Repr(v)
		if strings.Contains(text, "inf") { // 1e999: repr writes inf, which is no literal
			return
		}
		again, err := Parse(text)
		if err != nil || Repr(again) != text {
			t.Errorf("%q became %q, then %v, %v", s, text, again, err)
		}
	})
}

func FuzzFromJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5, "x\ud83d", null, true]}`, `NaN`, `"\ud83d\ude00"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := FromJSON(s)
		if err != nil {
			return
		}
		if text := Repr(v); !strings.Contains(text, "inf") && !strings.Contains(text, "nan") && strings.Count(text, "[")+strings.Count(text, "{") < maxDepth {
			if again, err := Parse(text); err != nil || Repr(again) != text {
				t.Errorf("repr of %q, %q, became %v, %v", s, text, again, err)
			}
		}
		for _, style := range []JSONStyle{{}, {ASCII: true}, {Indent: " "}} {
			text := Dumps(v, style)
			if again, err := FromJSON(text); err != nil || Dumps(again, style) != text {
				t.Errorf("%q became %q, then %v, %v", s, text, again, err)
			}
		}
	})
}
