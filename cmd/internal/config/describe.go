package config

import (
	"fmt"
	"io"
	"slices"
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
	var shared []string // conditions of all keys of the section
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
			shared = common(name)
			fmt.Fprintf(&b, "\n## %s\n\n", title)
			if text := readWhen(shared); text != "" {
				fmt.Fprintf(&b, "Its keys are read %s.\n\n", text)
			}
			b.WriteString("| Key | Default | Values | |\n| --- | --- | --- | --- |\n")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Key, s.defaultsText(usual, quick, stored), s.valuesText(), s.docText(shared))
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

// common are the conditions of all keys of a section, save the ones that a
// condition is about.
func common(section string) []string {
	var list []string
	seen := map[string]bool{}
	for i := range Settings {
		for _, w := range Settings[i].When {
			if strings.HasPrefix(Settings[i].Key, section+".") && Settings[i].Sets == nil && !seen[w] {
				seen[w] = true
				list = append(list, w)
			}
		}
	}
	return slices.DeleteFunc(list, func(w string) bool {
		if q := parseCondition(w); len(q) == 1 && strings.HasPrefix(q[0].key, section+".") {
			return true // of keys beside it
		}
		return slices.ContainsFunc(Settings, func(s Setting) bool {
			return strings.HasPrefix(s.Key, section+".") && s.Sets == nil && !slices.Contains(s.When, w) && !parseCondition(w).about(s.Key)
		})
	})
}

// readWhen says conditions in words. What nothing reads in a replay, or with
// -compat released, is said at compat.mode.
func readWhen(list []string) string {
	var words []string
	for _, w := range list {
		if q := parseCondition(w); !q.about("compat.replay") && w != "compat.mode=none" {
			words = append(words, q.String())
		}
	}
	return strings.Join(words, ", ")
}

func (s *Setting) docText(shared []string) string {
	text := s.Doc
	own := slices.DeleteFunc(slices.Clone(s.When), func(w string) bool { return slices.Contains(shared, w) })
	if when := readWhen(own); when != "" {
		text += "; read " + when
	}
	return strings.ReplaceAll(text, "|", `\|`)
}
