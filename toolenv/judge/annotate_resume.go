package judge

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// ParseExisting reads annotations to go on from. Other than a file to train on it
// may be unfinished: a repeat that has scores and no status, or the other way
// round, is left out, so that it is made again.
func ParseExisting(text string) ([]steptool.Annotation, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	file, _ := v.(pyliteral.Dict)
	for i := range file {
		entry, _ := file[i].Value.(pyliteral.Dict)
		var process, solved pyliteral.Dict
		if v, ok := entry.Get("process_reward"); ok {
			process, _ = v.(pyliteral.Dict)
		}
		if v, ok := entry.Get("is_solved"); ok {
			solved, _ = v.(pyliteral.Dict)
		}
		for k := range entry {
			switch entry[k].Key {
			case "process_reward":
				entry[k].Value = both(process, solved)
			case "is_solved":
				entry[k].Value = both(solved, process)
			}
		}
	}
	var out []steptool.Annotation
	for a, err := range steptool.EachAnnotation(strings.NewReader(pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true}))) {
		if err != nil {
			return nil, err
		}
		out = append(out, *a)
	}
	return out, nil
}

// both are the members of a whose keys b has too.
func both(a, b pyliteral.Dict) pyliteral.Dict {
	out := pyliteral.Dict{}
	for _, it := range a {
		if _, ok := b.Get(it.Key.(string)); ok {
			out = append(out, it)
		}
	}
	return out
}
