package jinja

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// repeat writes f(0) … f(n-1) side by side.
func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

// long is a loop around something whose cost the size of a template or of a
// value multiplies.
func long(body string) string {
	return "{% for a in range(100000) %}{% for b in range(100000) %}" + body + "{% endfor %}{% endfor %}"
}

// What takes long is counted, also where no statement is executed: each of
// these would take minutes to years.
func TestWorkIsBounded(t *testing.T) {
	const big = `{% set big = "x" * 50000000 %}`
	lists := `{% set ns = namespace(s=["X" * 1000000]) %}{% for a in range(15) %}{% set ns.s = ns.s + ns.s %}{% endfor %}`
	for name, source := range map[string]string{
		"chain of and":          long("{{ 1" + strings.Repeat(" and 1", 30000) + " }}"),
		"chain of attributes":   long("{% if x" + strings.Repeat(".copy", 1) + strings.Repeat(" is defined", 10000) + " %}{% endif %}"),
		"chain of subscripts":   long("{% set y = 'x'" + strings.Repeat("[0]", 20000) + " %}"),
		"comparisons":           long("{{ 1" + strings.Repeat(" == 1", 30000) + " }}"),
		"empty outputs":         long(strings.Repeat("{{''}}", 20000)),
		"elifs":                 long("{% if 0 %}" + strings.Repeat("{% elif 0 %}", 10000) + "{% endif %}"),
		"names far out":         long(strings.Repeat("{% with %}", 150) + strings.Repeat("{{ a and '' }}", 5000) + strings.Repeat("{% endwith %}", 150)),
		"arguments":             long("{{ dict(" + repeat(250, func(i int) string { return fmt.Sprintf("a%d=1,", i) }) + ") and '' }}"),
		"parameters":            "{% macro f(" + repeat(200, func(i int) string { return fmt.Sprintf("%sa%d", comma(i), i) }) + ") %}{% endmacro %}" + long("{{ f() }}"),
		"targets":               "{% set l = range(20000) %}" + long("{% set "+repeat(20000, func(i int) string { return fmt.Sprintf("%sa%d", comma(i), i) })+" = l %}"),
		"search in a string":    big + long(`{{ "y" in big and '' }}`),
		"method of a string":    big + long(`{{ big.find("y") and '' }}`),
		"length of a string":    big + long(`{{ big | length and '' }}`),
		"test of a string":      big + long(`{% if big is upper %}{% endif %}`),
		"item of a string":      big + long(`{{ big[49999999] and '' }}`),
		"slice of a string":     big + long(`{{ big[:1] and '' }}`),
		"equal strings":         big + `{% set other = "x" * 50000000 %}` + long(`{{ big == other and '' }}`),
		"loop left at once":     `{% set s = "x" * 4000000 %}` + long(`{% for c in s %}{% break %}{% endfor %}`),
		"characters":            big + `{{ big | list | length }}`,
		"sorted copies":         lists + `{{ ns.s | sort | length }}`,
		"mapped copies":         lists + `{{ ns.s | map("lower") | list | length }}`,
		"unique copies":         lists + `{{ ns.s | unique | list | length }}`,
		"joined copies":         lists + `{{ ns.s | join | length }}`,
		"search in a list":      `{% set l = range(100000) %}` + long(`{{ -1 in l and '' }}`),
		"equal lists":           `{% set l = range(100000) | list %}{% set m = range(100000) | list %}` + long(`{{ l == m and '' }}`),
		"equal dicts":           longDict + `{% set e = {` + repeat(9000, func(i int) string { return fmt.Sprintf("'k%d':1,", 8999-i) }) + `} %}` + long(`{{ d == e and '' }}`),
		"lookups":               longDict + long(`{{ d['k8999'] and d.k8999 and d.get('k8999') and 'k8999' in d and '' }}`),
		"format of long values": big + `{{ ("%s" * 200) | format(` + strings.Repeat("big,", 200) + `) }}`,
	} {
		t.Run(name, func(t *testing.T) {
			tmpl, err := Parse(source)
			if err != nil {
				t.Fatal(err)
			}
			tmpl.work /= 8 // the time is in proportion
			start := time.Now()
			_, err = tmpl.Render(nil)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v (%v)", took, err)
			}
			if err == nil {
				t.Error("no error")
			}
		})
	}
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

var longDict = `{% set d = {` + repeat(9000, func(i int) string { return fmt.Sprintf("'k%d':1,", i) }) + `} %}`

// What is merely large takes linear time: a megabyte of dict, of messages, of
// one message, or a template as long as is read.
func TestLargeInputs(t *testing.T) {
	keys := pyliteral.Dict{}
	for i := range 60000 {
		keys = append(keys, pyliteral.Item{Key: fmt.Sprintf("name%d", i), Value: "value"})
	}
	messages := pyliteral.List{}
	for range 30000 {
		messages = append(messages, pyliteral.Dict{{Key: "role", Value: "user"}, {Key: "content", Value: "hi"}})
	}
	text := strings.Repeat("word ", 1<<20/5)
	vars := pyliteral.Dict{{Key: "keys", Value: keys}, {Key: "messages", Value: messages}, {Key: "text", Value: text}}
	for name, c := range map[string]struct {
		source string
		want   int // bytes
	}{
		"dict in the template": {"{% set d = {" + repeat(16000, func(i int) string { return fmt.Sprintf("%d:'%d',", i, i%10) }) + "} %}{% for k in d %}{{ d[k] }}{% endfor %}", 16000},
		"one key many times":   {"{% set d = {" + strings.Repeat("'key':1,", 30000) + "} %}{{ d.key }}", 1},
		"dict":                 {"{% for k in keys %}{{ keys[k][0] }}{{ keys.get(k)[0] }}{% if k in keys %}.{% endif %}{% endfor %}", 3 * 60000},
		"json":                 {"{{ keys | tojson | length }}{{ messages | tojson | length }}", 14},
		"messages": {"{% for m in messages %}{% if m.role == 'user' and not loop.first or (messages | length) > loop.index %}" +
			"<{{ m['role'] }}>{{ m.content | trim }}{{ (messages | last).content }}{{ messages[-1]['content'][:1] }}{% endif %}{% endfor %}", 30000 * 11},
		"text":            {"{{ text.split(' ') | join('_') }}", 1 << 20 / 5 * 5},
		"format":          {longDict + `{{ ("%(k8999)s" * 100000) % d }}`, 100000},
		"strings abreast": {"{{ " + strings.Repeat("'a'", 60000) + " }}", 60000},
		"long template":   {strings.Repeat("{{ 1 }}{# #}\n", maxSource/13), maxSource / 13},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, err := render(c.source, vars)
			if took := time.Since(start); err != nil || len(got) != c.want || took > 20*time.Second {
				t.Errorf("%d bytes, want %d, after %v: %v", len(got), c.want, took, err)
			}
		})
	}
}
