package jinja

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// testdata/jinja2.json holds what Jinja2 itself makes of each template.
func TestAgainstJinja2(t *testing.T) {
	raw, err := os.ReadFile("testdata/jinja2.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := pyliteral.FromJSON(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	doc := v.(pyliteral.Dict)
	vars, _ := doc.Get("variables")
	cases, _ := doc.Get("cases")
	for _, c := range cases.(pyliteral.List) {
		source, _ := c.(pyliteral.Dict).Get("source")
		want, ok := c.(pyliteral.Dict).Get("text")
		got, err := render(source.(string), vars.(pyliteral.Dict))
		if !ok {
			wantErr, _ := c.(pyliteral.Dict).Get("error")
			if err == nil {
				t.Errorf("%q gave %q, want %s", source, got, wantErr)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %v\n got %q\nwant %q", source, err, got, want)
		}
	}
}

func render(source string, vars pyliteral.Dict) (string, error) {
	tmpl, err := Parse(source)
	if err != nil {
		return "", err
	}
	tmpl.Now = func() time.Time { return time.Date(2026, 3, 5, 14, 7, 9, 0, time.UTC) }
	return tmpl.Render(vars)
}

func TestErrorsNameTheLine(t *testing.T) {
	for source, want := range map[string]string{
		"a\n{{ missing.x }}":                          `line 2: "missing" is undefined`,
		"{{ 1 }}\n\n{% if x | nofilter %}{% endif %}": `line 3: no filter named "nofilter"`,
		"{{ (1 }}":                           "line 1",
		"a\n{# b":                            "line 2: a comment is never closed",
		"{% include 'x' %}":                  `line 1: statement "include" is not available in chat templates`,
		"{{ raise_exception('so\nit is') }}": "line 1: the template says: so\nit is",
		"{% for x in [1] %}\n{{ x.y.z }}{% endfor %}": `line 2: attribute "y" of a int is undefined`,
	} {
		if _, err := render(source, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", source, err, want)
		}
	}
}

func TestClock(t *testing.T) {
	got, err := render(`{{ strftime_now("%d %b %Y %-d %H:%M:%S %A %j %y %p %% %B") }}`, nil)
	if want := "05 Mar 2026 5 14:07:09 Thursday 064 26 PM % March"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// Templates are foreign code: whatever they do, they end, and in an error.
func TestBudgets(t *testing.T) {
	for name, source := range map[string]string{
		"endless":      `{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}`,
		"output":       `{% for a in range(100000) %}{{ "x" * 10000 }}{% endfor %}`,
		"busy":         `{% for a in range(100000) %}{% set x = "x" * 50000000 %}{% endfor %}`,
		"repeat":       `{{ "x" * 10 ** 15 }}`,
		"doubling":     `{% set ns = namespace(s="xx") %}{% for a in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}`,
		"doubled list": `{% set ns = namespace(s=[1]) %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}`,
		"tree":         `{% set ns = namespace(s=[1]) %}{% for a in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}`,
		"tower":        `{% set ns = namespace(s=[1]) %}{% for a in range(100000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}`,
		"dict tower":   `{% set ns = namespace(s=[1]) %}{% for a in range(100000) %}{% set ns.s = {1: ns.s} %}{% endfor %}`,
		"recursion":    `{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}`,
		"nesting":      strings.Repeat("{{ (", 1) + strings.Repeat("(", 100000),
		"nested ifs":   strings.Repeat("{% if 1 %}", 100000),
		"nots":         "{{ " + strings.Repeat("not ", 100000) + "1 }}",
		"minuses":      "{{ " + strings.Repeat("-", 100000) + "1 }}",
		"targets":      "{% set " + strings.Repeat("(", 100000),
		"power":        `{{ 10 ** 10 ** 10 }}`,
		"replace":      `{{ ("a" * 100000).replace("a", "b" * 100000) }}`,
		"itself":       `{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}{{ [ns] | tojson }}`,
		"slice step":   `{{ "abc"[::0] }}`,
		"wide format":  `{{ "%999999999d" | format(1) }}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := render(source, nil); err == nil {
				t.Error("no error")
			}
		})
	}
}

// Long chains run as deep as they are long: the longest that is read must end,
// and a longer one be refused, for a full stack cannot be recovered from.
func TestLongChains(t *testing.T) {
	for _, c := range []struct{ begin, again, end string }{
		{"{{ 1", "+1", " }}"}, {"{{ 1", " and 1", " }}"}, {"{{ 1", "|e", " }}"}, {"{{ 'x'", "[0]", " }}"},
	} {
		n := (maxSource - len(c.begin) - len(c.end)) / len(c.again)
		tmpl, err := Parse(c.begin + strings.Repeat(c.again, n) + c.end)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tmpl.Render(nil); err != nil {
			t.Errorf("%q %d times: %v", c.again, n, err)
		}
		if _, err := Parse(c.begin + strings.Repeat(c.again, n+1) + c.end + "      "); err == nil || !strings.Contains(err.Error(), "at most") {
			t.Errorf("%q %d times: error %v", c.again, n+1, err)
		}
	}
}

func ExampleTemplate_Render() {
	tmpl, _ := Parse("{% for m in messages %}\n<{{ m.role }}> {{ m.content | trim }}\n{% endfor %}")
	text, _ := tmpl.Render(pyliteral.Dict{{Key: "messages", Value: pyliteral.List{
		pyliteral.Dict{{Key: "role", Value: "user"}, {Key: "content", Value: " Why? "}},
	}}})
	os.Stdout.WriteString(text)
	// Output: <user> Why?
}

// No template brings the renderer down.
func FuzzRender(f *testing.F) {
	raw, err := os.ReadFile("testdata/jinja2.json")
	if err != nil {
		f.Fatal(err)
	}
	v, err := pyliteral.FromJSON(string(raw))
	if err != nil {
		f.Fatal(err)
	}
	vars, _ := v.(pyliteral.Dict).Get("variables")
	cases, _ := v.(pyliteral.Dict).Get("cases")
	for _, c := range cases.(pyliteral.List) {
		source, _ := c.(pyliteral.Dict).Get("source")
		f.Add(source.(string))
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := render(source, vars.(pyliteral.Dict))
		if err != nil {
			return
		}
		if again, err := render(source, vars.(pyliteral.Dict)); err != nil || again != text {
			t.Errorf("%q rendered to %q and then %q, %v", source, text, again, err)
		}
	})
}
