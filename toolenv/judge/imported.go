package judge

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Imported is the annotator that hands out opinions made elsewhere, for instance
// by people.
type Imported struct {
	// Opinions of a task, in the order of the repeats they become.
	Opinions map[string][]steptool.Judgement
	// Label of the annotations, such as "human".
	Label string
}

// Name implements Annotator.
func (m Imported) Name() string { return m.Label }

// Annotate implements Annotator.
func (m Imported) Annotate(_ context.Context, t *Trajectory, repeat int) (steptool.Judgement, error) {
	list := m.Opinions[t.ID]
	if repeat >= len(list) {
		return steptool.Judgement{}, fmt.Errorf("there are %d opinions about it, this would be number %d", len(list), repeat+1)
	}
	j := list[repeat]
	return j, t.validate(j)
}

// LoadOpinions reads opinions: either a file of annotations, or one JSON object a
// line,
//
//	{"id": "7", "annotator": "anna", "succeeded": [1, 0], "contributions": [5, 0], "status": "Solved"}
//
// with a success (0 to 1) and a contribution (0 to 5) for every call before the
// Finish that ends the answer. Several lines about one task become its repeats.
func LoadOpinions(path string) (map[string][]steptool.Judgement, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	out, err := parseOpinions(data)
	if err != nil {
		return nil, fmt.Errorf("judge: %s: %w", path, err)
	}
	return out, nil
}

func parseOpinions(data []byte) (map[string][]steptool.Judgement, error) {
	out := map[string][]steptool.Judgement{}
	if !oneObjectALine(data) {
		list, err := steptool.ParseAnnotations(data)
		for _, a := range list {
			out[a.ID] = a.Repeats
		}
		return out, err
	}
	err := eachLine(data, func(d pyliteral.Dict) error {
		id, err := textField(d, "id")
		if err != nil {
			return err
		}
		status, err := textField(d, "status")
		if err != nil {
			return err
		}
		if status != "Solved" && status != "Unsure" && status != "Unsolved" {
			return fmt.Errorf("status %q: want Solved, Unsure or Unsolved", status)
		}
		j := steptool.Judgement{Repeat: len(out[id]), Status: steptool.SolvedStatus("AnswerStatus." + status)}
		for i, key := range []string{"succeeded", "contributions"} {
			v, _ := d.Get(key)
			list := numbers(v)
			if _, ok := v.(pyliteral.List); !ok || list == nil {
				return fmt.Errorf("%s is %s, not a list of numbers", key, short(v))
			}
			*[]*[]float64{&j.Succeeded, &j.Contributions}[i] = list
		}
		out[id] = append(out[id], j)
		return nil
	})
	return out, err
}

// oneObjectALine reports whether the first line is a JSON object by itself with an
// id, which a file of annotations never begins with.
func oneObjectALine(data []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimLeft(data, " \t\r\n"), []byte("\n"))
	v, err := pyliteral.FromJSON(string(first))
	d, ok := v.(pyliteral.Dict)
	_, hasID := d.Get("id")
	return err == nil && ok && hasID
}

// eachLine calls f with the object of every line that is not empty. Errors name
// the line.
func eachLine(data []byte, f func(pyliteral.Dict) error) error {
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<28)
	n := 0
	for s.Scan() {
		n++
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		v, err := pyliteral.FromJSON(s.Text())
		d, ok := v.(pyliteral.Dict)
		if err == nil && !ok {
			err = fmt.Errorf("expected an object, found %s", short(v))
		}
		if err == nil {
			err = f(d)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s.Err()
}

func textField(d pyliteral.Dict, key string) (string, error) {
	v, ok := d.Get(key)
	if !ok {
		return "", fmt.Errorf("no field %s", key)
	}
	s, ok := v.(string)
	if !ok || s == "" {
		return "", fmt.Errorf("%s is %s, not a text", key, short(v))
	}
	return s, nil
}
