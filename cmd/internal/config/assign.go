package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// An Assignment is one value given for one key.
type Assignment struct {
	Key, Value string
	From       string // what gave it, for messages: "-set", "-gamma", "file.json"; may be empty
}

// assign parses the text of a value and stores it.
func (c *Config) assign(a Assignment) error {
	s, ok := byKey[a.Key]
	if !ok {
		return fmt.Errorf("unknown key %q: did you mean %q?", a.Key, nearest(a.Key))
	}
	if s.Sets != nil {
		for _, key := range s.Sets {
			if err := parse(c.field(byKey[key]), a.Value); err != nil {
				return s.complain(a.Value)
			}
		}
		return s.check(c.field(byKey[s.Sets[0]]), a.Value)
	}
	v := c.field(s)
	if err := parse(v, a.Value); err != nil {
		return s.complain(a.Value)
	}
	return s.check(v, a.Value)
}

func parse(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		v.SetFloat(x)
	case reflect.Int:
		x, err := wholeNumber(text)
		if err != nil {
			return err
		}
		v.SetInt(x)
	case reflect.Uint64:
		x, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return err
		}
		v.SetUint(x)
	case reflect.Bool:
		x, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		v.SetBool(x)
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		list := []string{}
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
		v.Set(reflect.ValueOf(list))
	}
	return nil
}

// wholeNumber reads 9600000, 9_600_000 and 9.6e6 alike.
func wholeNumber(text string) (int64, error) {
	if x, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64); err == nil {
		return x, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, err
	}
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return 0, fmt.Errorf("%g is not a whole number", x)
	}
	return int64(x), nil
}

// check compares a stored value with the setting's interval or words.
func (s *Setting) check(v reflect.Value, text string) error {
	ok := true
	switch {
	case s.OneOf != nil:
		ok = false
		for _, word := range s.OneOf {
			ok = ok || v.String() == word
		}
	case v.Kind() == reflect.Float64:
		ok = inside(s.In, v.Float())
	case v.Kind() == reflect.Int:
		ok = inside(s.In, float64(v.Int()))
	}
	if !ok {
		return s.complain(text)
	}
	return nil
}

// inside reports whether x lies in an interval such as "[0,1]" or "(0,∞)".
func inside(interval string, x float64) bool {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	if interval == "" {
		return true
	}
	lo, hi := bounds(interval)
	if interval[0] == '(' && x == lo || interval[len(interval)-1] == ')' && x == hi {
		return false
	}
	return lo <= x && x <= hi
}

func bounds(interval string) (lo, hi float64) {
	a, b, _ := strings.Cut(interval[1:len(interval)-1], ",")
	lo, errLo := strconv.ParseFloat(a, 64)
	hi, errHi := strconv.ParseFloat(strings.Replace(b, "∞", "inf", 1), 64)
	if errLo != nil || errHi != nil {
		panic("config: interval " + interval)
	}
	return lo, hi
}

// complain says what a value should have been.
func (s *Setting) complain(text string) error {
	shown := strconv.Quote(text)
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		shown = text
	}
	meant := ""
	if word := usage.Nearest(text, s.OneOf); word != "" {
		meant = fmt.Sprintf(": did you mean %q?", word)
	}
	return fmt.Errorf("config %s = %s: must be %s (%s is usual)%s", s.Key, shown, s.want(), s.usual(), meant)
}

func (s *Setting) want() string {
	switch {
	case s.OneOf != nil:
		return "one of " + strings.Join(s.OneOf, ", ")
	case s.In == "":
		return map[string]string{"number": "a number", "whole number": "a whole number ≥ 0", "true or false": "true or false", "text": "text", "list": "a list a,b,c"}[s.Type]
	}
	lo, hi := bounds(s.In)
	kind := ""
	if s.Type == "whole number" {
		kind = "a whole number "
	}
	if math.IsInf(hi, 1) {
		op := "≥ "
		if s.In[0] == '(' {
			op = "> "
		}
		return kind + op + strconv.FormatFloat(lo, 'g', -1, 64)
	}
	return kind + "in " + strings.Replace(s.In, ",", ", ", 1)
}

// usual is the value in a default run.
func (s *Setting) usual() string {
	c := defaults(base{})
	c.applyGAE()
	if v := c.Get(s.Key); v != "" {
		return v
	}
	return `""`
}
