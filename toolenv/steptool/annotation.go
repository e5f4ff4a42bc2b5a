package steptool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Annotation is what a judge said about one trajectory (data/reward_annotation).
type Annotation struct {
	ID        string // of the query
	Query     string
	ToolNames []string
	Steps     []string // "Step k: {'name': …}", Finish excluded
	FinalStep string   // "Final step: {…}", or empty
	Repeats   []Judgement
}

// Judgement is one repeat of the annotation.
type Judgement struct {
	Succeeded     []float64 // per step, 0 or 1
	Contributions []float64 // per step, 0 to 5
	Status        SolvedStatus
}

// SolvedStatus is the judge's word on the whole task.
type SolvedStatus string

// What the files hold for it.
const (
	Solved   SolvedStatus = "AnswerStatus.Solved"
	Unsure   SolvedStatus = "AnswerStatus.Unsure"
	Unsolved SolvedStatus = "AnswerStatus.Unsolved"
)

// Value is 1 for solved, 1/2 for unsure, 0 for unsolved.
func (s SolvedStatus) Value() float64 {
	switch s {
	case Solved:
		return 1
	case Unsure:
		return .5
	}
	return 0
}

// maxContribution is the top of the judge's scale.
const maxContribution = 5

// Rewards maps the judgements to one reward per step and one for the final step
// (inferred from the released rewards; equation 3 of the paper with α = 1, halved):
//
//	r_k = mean over repeats of (succeeded_k + contribution_k/5)/2
//	r_T = mean over repeats of 1 (solved), 1/2 (unsure), 0 (unsolved)
//
// With three repeats all are multiples of 1/30. The last element belongs to the
// Finish call.
func (a *Annotation) Rewards() []float64 {
	out := make([]float64, len(a.Steps)+1)
	n := float64(len(a.Repeats))
	for k := range out {
		sum := 0.0 // in units of 1/10, exact for whole scores
		for _, j := range a.Repeats {
			if k == len(a.Steps) {
				sum += 10 * j.Status.Value()
			} else {
				sum += maxContribution*j.Succeeded[k] + j.Contributions[k]
			}
		}
		out[k] = sum / (10 * n)
	}
	return out
}

// StepCall is a step of an annotation taken apart.
type StepCall struct {
	Name, Arguments string
	Response        string // "" for Finish
}

// ParseStep reads "Step 3: {'name': …, 'arguments': …, 'response': …}".
func ParseStep(text string) (StepCall, error) {
	_, literal, ok := strings.Cut(text, ": ")
	if !ok {
		return StepCall{}, fmt.Errorf("step %.40q has no %q", text, ": ")
	}
	v, err := pyliteral.Parse(literal)
	if err != nil {
		return StepCall{}, fmt.Errorf("step %.20q: %w", text, err)
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return StepCall{}, fmt.Errorf("step %.20q holds no dict", text)
	}
	var c StepCall
	for key, to := range map[string]*string{"name": &c.Name, "arguments": &c.Arguments, "response": &c.Response} {
		if v, ok := d.Get(key); ok {
			*to = pyliteral.Str(v)
		}
	}
	if c.Name == "" {
		return StepCall{}, fmt.Errorf("step %.20q has no name", text)
	}
	return c, nil
}

// LoadAnnotations reads a file of annotations in its order. Errors name file,
// query and repeat.
func LoadAnnotations(path string) ([]Annotation, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("steptool: %w", err)
	}
	out, err := ParseAnnotations(data)
	if err != nil {
		return nil, fmt.Errorf("steptool: %s: %w", path, err)
	}
	return out, nil
}

// ParseAnnotations reads the text of such a file.
func ParseAnnotations(data []byte) ([]Annotation, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("expected a JSON object of annotations by query id, found %v (%v)", t, err)
	}
	var out []Annotation
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		id := key.(string)
		var f annotationJSON
		if err := d.Decode(&f); err != nil {
			return nil, fmt.Errorf("query %s: %w", id, err)
		}
		a, err := f.annotation(id)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", id, err)
		}
		out = append(out, a)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("text after the end of the object")
	}
	return out, nil
}

type annotationJSON struct {
	Query     string   `json:"query"`
	ToolNames []string `json:"tool_names"`
	Steps     []string `json:"answer_steps"`
	Process   map[string]struct {
		Succeeded     []float64 `json:"succeed_tool_calling"`
		Contributions []float64 `json:"contributions"`
	} `json:"process_reward"`
	FinalStep string                  `json:"final_step"`
	IsSolved  map[string]SolvedStatus `json:"is_solved"`
}

func (f *annotationJSON) annotation(id string) (Annotation, error) {
	a := Annotation{ID: id, Query: f.Query, ToolNames: f.ToolNames, Steps: f.Steps, FinalStep: f.FinalStep}
	var repeats []int
	for k := range f.Process {
		n, err := strconv.Atoi(k)
		if err != nil {
			return a, fmt.Errorf("process_reward: repeat %q is not a number", k)
		}
		repeats = append(repeats, n)
	}
	slices.Sort(repeats)
	if len(repeats) == 0 || len(f.IsSolved) != len(repeats) {
		return a, fmt.Errorf("%d repeats of process_reward, %d of is_solved: have to be equally many, and at least one", len(repeats), len(f.IsSolved))
	}
	for _, n := range repeats {
		p := f.Process[strconv.Itoa(n)]
		status, ok := f.IsSolved[strconv.Itoa(n)]
		if !ok || status != Solved && status != Unsure && status != Unsolved {
			return a, fmt.Errorf("is_solved: repeat %d is %q, not AnswerStatus.Solved, .Unsure or .Unsolved", n, status)
		}
		if len(p.Succeeded) != len(a.Steps) || len(p.Contributions) != len(a.Steps) {
			return a, fmt.Errorf("repeat %d: %d successes and %d contributions for %d steps", n, len(p.Succeeded), len(p.Contributions), len(a.Steps))
		}
		for k := range a.Steps {
			if s, c := p.Succeeded[k], p.Contributions[k]; !(s >= 0 && s <= 1 && c >= 0 && c <= maxContribution) {
				return a, fmt.Errorf("repeat %d, step %d: success %g (0 to 1), contribution %g (0 to %d)", n, k+1, s, c, maxContribution)
			}
		}
		a.Repeats = append(a.Repeats, Judgement{p.Succeeded, p.Contributions, status})
	}
	return a, nil
}
