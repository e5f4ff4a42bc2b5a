package steptool

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// LoadAnnotations reads a file of annotations in its order, all of which have to
// be valid. Errors name file, query and repeat.
func LoadAnnotations(path string) ([]Annotation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("steptool: %w", err)
	}
	defer f.Close()
	out, err := collect(f)
	if err != nil {
		return nil, fmt.Errorf("steptool: %s: %w", path, err)
	}
	return out, nil
}

// ParseAnnotations reads the text of such a file.
func ParseAnnotations(data []byte) ([]Annotation, error) { return collect(bytes.NewReader(data)) }

func collect(r io.Reader) ([]Annotation, error) {
	var out []Annotation
	for a, err := range EachAnnotation(r) {
		if err == nil {
			if err = a.Validate(); err != nil {
				err = fmt.Errorf("query %s: %w", a.ID, err)
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, *a)
	}
	return out, nil
}

// EachAnnotation goes through a file of annotations one at a time, valid or not
// ([Annotation.Validate] says): the release stores whatever its judge said. After
// an error nothing follows.
func EachAnnotation(r io.Reader) iter.Seq2[*Annotation, error] {
	return func(yield func(*Annotation, error) bool) {
		for it, err := range pyliteral.StreamDict(r) {
			if err != nil {
				yield(nil, fmt.Errorf("expected a JSON object of annotations by query id: %w", err))
				return
			}
			a, err := AnnotationOf(it.Key.(string), it.Value)
			if err != nil {
				yield(nil, fmt.Errorf("query %s: %w", it.Key, err))
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

// AnnotationOf reads an annotation from its value in a file, below its id.
func AnnotationOf(id string, v any) (*Annotation, error) {
	entry, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("expected an object, found %.40s", pyliteral.Repr(v))
	}
	if !slices.ContainsFunc(entry, func(it pyliteral.Item) bool { return it.Key == "process_reward" || it.Key == "answer_steps" }) {
		return nil, fmt.Errorf("neither answer_steps nor process_reward: is this a file of annotations?")
	}
	a := &Annotation{ID: id}
	var process, solved pyliteral.Dict
	for _, it := range entry {
		ok := true
		switch it.Key {
		case "query":
			a.Query, ok = it.Value.(string)
		case "tool_names":
			a.ToolNames, ok = pyliteral.Texts(it.Value)
		case "answer_steps":
			a.Steps, ok = pyliteral.Texts(it.Value)
		case "final_step":
			a.FinalStep, ok = it.Value.(string)
		case "process_reward":
			process, ok = it.Value.(pyliteral.Dict)
		case "is_solved":
			solved, ok = it.Value.(pyliteral.Dict)
		default:
			a.Extra = append(a.Extra, it)
		}
		if !ok {
			return nil, fmt.Errorf("field %s is %.40s, which does not belong there", it.Key, pyliteral.Repr(it.Value))
		}
	}
	if len(process) != len(solved) {
		return nil, fmt.Errorf("%d repeats of process_reward, %d of is_solved: have to be equally many", len(process), len(solved))
	}
	for _, it := range process {
		j, err := parseJudgement(it.Key.(string), it.Value, solved)
		if err != nil {
			return nil, err
		}
		a.Repeats = append(a.Repeats, j)
	}
	slices.SortStableFunc(a.Repeats, func(x, y Judgement) int { return x.Repeat - y.Repeat })
	return a, nil
}

// scoreFields are the two lists of a repeat.
var scoreFields = [2]string{"succeed_tool_calling", "contributions"}

func parseJudgement(key string, v any, solved pyliteral.Dict) (j Judgement, err error) {
	if j.Repeat, err = strconv.Atoi(key); err != nil {
		return j, fmt.Errorf("process_reward: repeat %q is not a number", key)
	}
	status, ok := solved.Get(key)
	if !ok {
		return j, fmt.Errorf("is_solved has no repeat %s, process_reward has", key)
	}
	s, ok := status.(string)
	if !ok {
		return j, fmt.Errorf("is_solved: repeat %s is %.40s, not a text", key, pyliteral.Repr(status))
	}
	j.Status = SolvedStatus(s)
	fields, ok := v.(pyliteral.Dict)
	if !ok {
		return j, fmt.Errorf("process_reward: repeat %s is %.40s, not an object", key, pyliteral.Repr(v))
	}
	for i, to := range []*[]float64{&j.Succeeded, &j.Contributions} {
		v, _ := fields.Get(scoreFields[i])
		var plain bool
		if *to, plain = readScores(v); !plain || len(fields) > len(scoreFields) {
			j.Raw = fields
		}
	}
	return j, nil
}

// readScores reads a list of numbers; plain is true when all are whole.
func readScores(v any) (out []float64, plain bool) {
	out, err := scores(v)
	list, _ := v.(pyliteral.List)
	return out, err == nil && !slices.ContainsFunc(list, func(x any) bool { _, whole := x.(int64); return !whole })
}

// scores are the numbers of a list.
func scores(v any) ([]float64, error) {
	list, ok := v.(pyliteral.List)
	if !ok {
		return nil, fmt.Errorf("%.40s is not a list of numbers", pyliteral.Repr(v))
	}
	return numbers(list)
}
