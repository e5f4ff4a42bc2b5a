package jinja

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

type stringMethod func(s string, a arguments) (any, error)

var stringMethods map[string]stringMethod

func init() {
	stringMethods = map[string]stringMethod{
		"strip":  strip(true, true),
		"lstrip": strip(true, false),
		"rstrip": strip(false, true),
		"split":  split(false), "rsplit": split(true),
		"splitlines": func(s string, a arguments) (any, error) {
			return splitLines(s, truth(a.get(0, "keepends", false))), nil
		},
		"startswith": affix(strings.HasPrefix), "endswith": affix(strings.HasSuffix),
		"removeprefix": withText(func(s, t string) any { return strings.TrimPrefix(s, t) }),
		"removesuffix": withText(func(s, t string) any { return strings.TrimSuffix(s, t) }),
		"find":         withText(func(s, t string) any { return runeIndex(s, strings.Index(s, t)) }),
		"rfind":        withText(func(s, t string) any { return runeIndex(s, strings.LastIndex(s, t)) }),
		"count":        withText(func(s, t string) any { return int64(strings.Count(s, t)) }),
		"partition":    withText(func(s, t string) any { return partition(s, t, strings.Index(s, t), false) }),
		"rpartition":   withText(func(s, t string) any { return partition(s, t, strings.LastIndex(s, t), true) }),
		"upper":        simple(strings.ToUpper),
		"lower":        simple(strings.ToLower),
		"casefold":     simple(strings.ToLower),
		"title":        simple(title),
		"capitalize":   simple(capitalize),
		"isdigit":      all(unicode.IsDigit), "isnumeric": all(unicode.IsNumber), "isspace": all(isSpace),
		"isalpha": all(unicode.IsLetter),
		"isalnum": all(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }),
		"isupper": cased(unicode.IsUpper), "islower": cased(unicode.IsLower),
		"replace": func(s string, a arguments) (any, error) {
			old, ok1 := a.get(0, "old", nil).(string)
			new, ok2 := a.get(1, "new", nil).(string)
			n, ok3 := asInt(a.get(2, "count", int64(-1)))
			if !ok1 || !ok2 || !ok3 {
				return nil, fmt.Errorf("replace needs two strings and perhaps a number")
			}
			if err := tooLong(len(s)+(strings.Count(s, old))*len(new), a.check("replace", 3, "old", "new", "count")); err != nil {
				return nil, err
			}
			return strings.Replace(s, old, new, int(n)), nil
		},
		"join": func(s string, a arguments) (any, error) {
			list, err := items(a.get(0, "", nil))
			if err != nil {
				return nil, err
			}
			return joinStrings(list, s)
		},
		"format": func(s string, a arguments) (any, error) {
			return nil, fmt.Errorf("the method format is not available in chat templates: use ~ or the filter format")
		},
	}
}

func simple(f func(string) string) stringMethod {
	return func(s string, a arguments) (any, error) { return f(s), a.check("the method", 0) }
}

func withText(f func(s, t string) any) stringMethod {
	return func(s string, a arguments) (any, error) {
		t, ok := a.get(0, "", nil).(string)
		if !ok {
			return nil, fmt.Errorf("the method needs a string, not %s", typeName(a.get(0, "", nil)))
		}
		return f(s, t), a.check("the method", 1)
	}
}

// affix also takes a tuple of strings.
func affix(has func(s, t string) bool) stringMethod {
	return func(s string, a arguments) (any, error) {
		list, ok := a.get(0, "", nil).(pyliteral.Tuple)
		if !ok {
			list = pyliteral.Tuple{a.get(0, "", nil)}
		}
		for _, v := range list {
			t, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("startswith and endswith need a string or a tuple of strings, not %s", typeName(v))
			}
			if has(s, t) {
				return true, nil
			}
		}
		return false, a.check("startswith", 1)
	}
}

func strip(left, right bool) stringMethod {
	return func(s string, a arguments) (any, error) {
		cut := isSpace
		switch chars := a.get(0, "chars", nil).(type) {
		case nil:
		case string:
			cut = func(r rune) bool { return strings.ContainsRune(chars, r) }
		default:
			return nil, fmt.Errorf("strip needs a string, not %s", typeName(chars))
		}
		if left {
			s = strings.TrimLeftFunc(s, cut)
		}
		if right {
			s = strings.TrimRightFunc(s, cut)
		}
		return s, a.check("strip", 1, "chars")
	}
}

func split(fromRight bool) stringMethod {
	return func(s string, a arguments) (any, error) {
		limit, ok := asInt(a.get(1, "maxsplit", int64(-1)))
		if !ok {
			return nil, fmt.Errorf("maxsplit has to be a number")
		}
		var parts []string
		switch sep := a.get(0, "sep", nil).(type) {
		case nil:
			if limit >= 0 {
				return nil, fmt.Errorf("split with a limit needs a separator")
			}
			parts = strings.FieldsFunc(s, isSpace)
		case string:
			if sep == "" {
				return nil, fmt.Errorf("empty separator")
			}
			parts = strings.Split(s, sep)
			if extra := len(parts) - 1 - int(limit); limit >= 0 && extra > 0 {
				if fromRight {
					parts = append([]string{strings.Join(parts[:extra+1], sep)}, parts[extra+1:]...)
				} else {
					k := int(limit)
					parts = append(parts[:k:k], strings.Join(parts[k:], sep))
				}
			}
		default:
			return nil, fmt.Errorf("split needs a string, not %s", typeName(sep))
		}
		out := pyliteral.List{}
		for _, p := range parts {
			out = append(out, p)
		}
		return out, a.check("split", 2, "sep", "maxsplit")
	}
}

func splitLines(s string, keep bool) pyliteral.List {
	out := pyliteral.List{}
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool {
			return r >= '\n' && r <= '\r' || r >= 0x1C && r <= 0x1E || r == 0x85 || r == 0x2028 || r == 0x2029
		})
		if i < 0 {
			return append(out, s)
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			n = 2
		}
		line := s[:i]
		if keep {
			line = s[:i+n]
		}
		out = append(out, line)
		s = s[i+n:]
	}
	return out
}

func partition(s, sep string, at int, right bool) any {
	switch {
	case at >= 0:
		return pyliteral.Tuple{s[:at], sep, s[at+len(sep):]}
	case right:
		return pyliteral.Tuple{"", "", s}
	}
	return pyliteral.Tuple{s, "", ""}
}

func runeIndex(s string, at int) int64 {
	if at < 0 {
		return -1
	}
	return int64(utf8.RuneCountInString(s[:at]))
}

func all(is func(rune) bool) stringMethod {
	return func(s string, a arguments) (any, error) {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return !is(r) }) < 0, a.check("the method", 0)
	}
}

func cased(is func(rune) bool) stringMethod {
	return func(s string, a arguments) (any, error) {
		some := false
		for _, r := range s {
			if unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) {
				if !is(r) {
					return false, nil
				}
				some = true
			}
		}
		return some, a.check("the method", 0)
	}
}

func title(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		first := !inWord
		inWord = unicode.IsLetter(r)
		if first {
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func capitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToTitle(r)) + strings.ToLower(s[n:])
}

func joinStrings(list []any, sep string) (any, error) {
	var b strings.Builder
	for i, v := range list {
		t, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("join needs strings, item %d is of type %s", i, typeName(v))
		}
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(t)
		if b.Len() > maxOutput {
			return nil, tooLong(b.Len(), nil)
		}
	}
	return b.String(), nil
}
