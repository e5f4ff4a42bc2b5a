package toolenv

import "strings"

// Standardize turns a name of ToolBench's files into one that a function may
// have: every character outside a-z, A-Z, 0-9, _, ^ and the CJK block
// U+4E00-U+9FA5 becomes "_", runs of "_" become one, letters become lower case,
// "_" at both ends goes, and a leading digit gets "get_" before it. The caret is
// kept because ToolBench's expression keeps it.
func Standardize(name string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '^', r >= 0x4E00 && r <= 0x9FA5:
		default:
			r = '_'
		}
		if r == '_' && last == '_' {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	s := strings.Trim(b.String(), "_")
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		s = "get_" + s
	}
	return s
}

// ChangeName puts "is_" before the words that ToolBench avoids as names because
// Python reserves them.
func ChangeName(name string) string {
	switch name {
	case "from", "class", "return", "false", "true", "id", "and":
		return "is_" + name
	}
	return name
}

// FunctionName is the name under which a model calls an API:
// {api}_for_{tool}, both standardised.
func FunctionName(a API) string {
	return ChangeName(Standardize(a.Name)) + "_for_" + Standardize(a.Tool)
}
