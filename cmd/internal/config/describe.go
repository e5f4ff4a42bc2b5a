package config

import (
	"fmt"
	"io"
	"strings"
)

// Describe writes every key with its default, its range and what it does, as
// a Markdown table per section: docs/configuration.md, and train -keys.
func Describe(w io.Writer) error {
	usual, quick, stored := defaults(base{}), defaults(base{quick: true}), defaults(base{data: true, template: "toolllama"})
	for _, c := range []*Config{usual, quick, stored} {
		c.applyGAE()
	}
	var b strings.Builder
	section := "-"
	for i := range Settings {
		s := &Settings[i]
		name, _, dotted := strings.Cut(s.Key, ".")
		if !dotted {
			name = ""
		}
		if s.Sets != nil {
			name = "set several keys at once"
		}
		if name != section {
			section = name
			title := name
			if name == "" {
				title = "the run"
			}
			fmt.Fprintf(&b, "\n## %s\n\n| Key | Default | Values | |\n| --- | --- | --- | --- |\n", title)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Key, s.defaultsText(usual, quick, stored), s.valuesText(), s.docText())
	}
	_, err := io.WriteString(w, strings.TrimPrefix(b.String(), "\n"))
	return err
}

func (s *Setting) defaultsText(usual, quick, stored *Config) string {
	show := func(v string) string {
		if v == "" {
			return "–"
		}
		return strings.ReplaceAll(v, ",", ", ")
	}
	if s.Recorded {
		return "–"
	}
	text := show(usual.Get(s.Key))
	if v := quick.Get(s.Key); v != usual.Get(s.Key) && s.Key != "quick" {
		text += "; quick " + show(v)
	}
	if v := stored.Get(s.Key); v != usual.Get(s.Key) {
		text += "; `-data` " + show(v)
	}
	return text
}

func (s *Setting) valuesText() string {
	switch {
	case s.Recorded:
		return "recorded"
	case s.OneOf != nil:
		return "`" + strings.Join(s.OneOf, "` `") + "`"
	}
	return s.want()
}

func (s *Setting) docText() string {
	text := s.Doc
	var when []string
	for _, w := range s.When {
		if parseCondition(w).key != "compat.replay" {
			when = append(when, parseCondition(w).String())
		}
	}
	if when != nil {
		text += "; read " + strings.Join(when, ", ")
	}
	return strings.ReplaceAll(text, "|", `\|`)
}
