package judge

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Labelled is a pair of answers with preferences: 0 for the first, 1 for the
// second, 2 for neither.
type Labelled struct {
	ID string
	// Labels are what people said, by name; Evaluators what evaluators said, once or
	// several times.
	Labels     map[string]int
	Evaluators map[string][]int
}

// LoadLabelled reads preferences, one JSON object a line:
//
//	{"id": "7", "labels": {"anna": 0, "ben": 1}, "evaluators": {"gpt-4": [0, 0, 1]}}
//
// The values are 0 (the first answer is better), 1 (the second) and 2 (neither).
// "evaluators" may be left out.
func LoadLabelled(path string) ([]Labelled, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	var out []Labelled
	seen := map[string]bool{}
	err = eachLine(data, func(d pyliteral.Dict) error {
		id, err := textField(d, "id")
		if err != nil {
			return err
		}
		if seen[id] {
			return fmt.Errorf("id %s stands twice", id)
		}
		seen[id] = true
		l := Labelled{ID: id, Labels: map[string]int{}, Evaluators: map[string][]int{}}
		labels, _ := d.Get("labels")
		list, ok := labels.(pyliteral.Dict)
		if !ok || len(list) == 0 {
			return fmt.Errorf("labels is %s: want an object of preferences by name", short(labels))
		}
		for _, it := range list {
			n, ok := choice(it.Value)
			if !ok {
				return fmt.Errorf("labels: %v says %s: want 0, 1 or 2", it.Key, short(it.Value))
			}
			l.Labels[it.Key.(string)] = n
		}
		v, ok := d.Get("evaluators")
		evaluators, isDict := v.(pyliteral.Dict)
		if ok && !isDict {
			return fmt.Errorf("evaluators is %s: want an object of lists by name", short(v))
		}
		for _, it := range evaluators {
			said, ok := it.Value.(pyliteral.List)
			if !ok || len(said) == 0 {
				return fmt.Errorf("evaluators: %v says %s: want a list of 0, 1 and 2", it.Key, short(it.Value))
			}
			for _, x := range said {
				n, ok := choice(x)
				if !ok {
					return fmt.Errorf("evaluators: %v says %s: want 0, 1 or 2", it.Key, short(x))
				}
				l.Evaluators[it.Key.(string)] = append(l.Evaluators[it.Key.(string)], n)
			}
		}
		out = append(out, l)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no labels in it")
	}
	if err != nil {
		return nil, fmt.Errorf("judge: %s: %w", path, err)
	}
	return out, nil
}

func choice(v any) (int, bool) {
	n, ok := v.(int64)
	return int(n), ok && n >= 0 && n <= 2
}

// AddPreferences adds the outcome of a comparison as what an evaluator said about
// the pairs with these ids, and returns how many of those there are. Outcomes that
// bear a label have it before the name.
func AddPreferences(list []Labelled, name string, outcome []Preference) (pairs int) {
	for _, p := range outcome {
		if p.Judge != "" {
			name = "[" + p.Judge + "] " + name
			break
		}
	}
	byID := map[string]*Preference{}
	for i := range outcome {
		byID[outcome[i].ID] = &outcome[i]
	}
	for i := range list {
		if p := byID[list[i].ID]; p != nil && p.Ref+p.Out+p.Ties > 0 {
			pairs++
			for value, n := range []int{p.Ref, p.Out, p.Ties} {
				list[i].Evaluators[name] = append(list[i].Evaluators[name], slices.Repeat([]int{value}, n)...)
			}
		}
	}
	return pairs
}
