package judge

import (
	"fmt"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// SolvableText is the text of a file of verdicts: by task, the query, status and
// reason of every repeat, the majority, and failures.
func SolvableText(list []Solvability) string {
	file := make(pyliteral.Dict, len(list))
	for i := range list {
		s := &list[i]
		status, reason, failed := pyliteral.Dict{}, pyliteral.Dict{}, pyliteral.Dict{}
		for _, v := range s.Verdicts {
			status = append(status, item(strconv.Itoa(v.Repeat), v.Status))
			reason = append(reason, item(strconv.Itoa(v.Repeat), v.Reason))
		}
		for _, f := range s.Failures {
			failed = append(failed, item(strconv.Itoa(f.Repeat), f.Reason))
		}
		d := pyliteral.Dict{item("query", s.Query)}
		if m := s.Majority(); m != "" {
			d = append(d, item("solvable", m))
		}
		d = append(d, item("verdicts", status), item("reasons", reason))
		if len(failed) > 0 {
			d = append(d, item("failures", failed))
		}
		file[i] = item(s.ID, d)
	}
	return pyliteral.Dumps(file, pyliteral.JSONStyle{Indent: "    "})
}

// ParseSolvable reads a file of verdicts. Failures are not kept: what failed is
// asked for again.
func ParseSolvable(text string) ([]Solvability, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	file, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("expected an object of verdicts by query id, found %s", short(v))
	}
	out := make([]Solvability, len(file))
	for i, it := range file {
		s := &out[i]
		s.ID = it.Key.(string)
		if s.Query, err = member[string](it.Value, "query"); err != nil {
			return nil, fmt.Errorf("query %s: %w", s.ID, err)
		}
		verdicts, err := member[pyliteral.Dict](it.Value, "verdicts")
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", s.ID, err)
		}
		reasons, err := member[pyliteral.Dict](it.Value, "reasons")
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", s.ID, err)
		}
		for _, v := range verdicts {
			n, err := strconv.Atoi(v.Key.(string))
			if err != nil || n < 0 {
				return nil, fmt.Errorf("query %s: verdicts: repeat %q is not a number", s.ID, v.Key)
			}
			if v.Value != Solvable && v.Value != Unsolvable && v.Value != TaskUnsure {
				return nil, fmt.Errorf("query %s: repeat %d is %s, not Solvable, Unsure or Unsolvable", s.ID, n, short(v.Value))
			}
			reason, _ := reasons.Get(v.Key.(string))
			why, _ := reason.(string)
			s.Verdicts = append(s.Verdicts, SolvableVerdict{n, v.Value.(string), why})
		}
	}
	return out, nil
}

// member is a field of an object.
func member[T any](v any, key string) (out T, err error) {
	d, _ := v.(pyliteral.Dict)
	m, _ := d.Get(key)
	out, ok := m.(T)
	if !ok {
		return out, fmt.Errorf("%s is %s, which does not belong there", key, short(m))
	}
	return out, nil
}
