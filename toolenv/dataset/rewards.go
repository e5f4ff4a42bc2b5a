package dataset

import (
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Annotations hold the rewards of annotated trajectories by task, with a digest of
// what was judged in place of its texts.
type Annotations struct{ byID map[string]annotated }

type annotated struct {
	rewards []float64 // per judged step, then of the final step
	digest  [sha256.Size]byte
	final   bool // there is a final step
	invalid error
}

// ReadAnnotations reads a file of annotations, one at a time; name stands in
// errors. One that is no use for rewards (see steptool.Annotation.Validate) is an
// error when its task is asked for.
func ReadAnnotations(name string, r io.Reader) (*Annotations, error) {
	out := &Annotations{byID: map[string]annotated{}}
	for a, err := range steptool.EachAnnotation(r) {
		if err != nil {
			return nil, fmt.Errorf("dataset: %s: %w", name, err)
		}
		e := annotated{final: a.FinalStep != ""}
		if e.invalid = a.Validate(); e.invalid == nil {
			e.rewards = a.Rewards()
			steps := a.Steps
			if e.final {
				steps = append(steps[:len(steps):len(steps)], a.FinalStep)
			}
			if e.digest, e.invalid = digestSteps(a.Query, steps); e.invalid != nil {
				e.rewards = nil
			}
		}
		out.byID[a.ID] = e
	}
	return out, nil
}

// digestSteps identifies a query and the calls that were made, whatever the head
// of their texts ("Step 3", "Final step").
func digestSteps(query string, steps []string) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	put(h, query)
	for _, text := range steps {
		c, err := steptool.ParseStep(text)
		if err != nil {
			return sum, err
		}
		putCall(h, c.Name, c.Arguments, c.Response)
	}
	h.Sum(sum[:0])
	return sum, nil
}

// put writes texts so that no two lists of them give the same bytes.
func put(w io.Writer, texts ...string) {
	for _, s := range texts {
		fmt.Fprintf(w, "%d:%s", len(s), s)
	}
}

// putCall leaves out what answered Finish: the release does not keep it.
func putCall(w io.Writer, name, arguments, response string) {
	put(w, name, arguments)
	if name != toolenv.FinishName {
		put(w, response)
	}
}

// digest is the same for the same query and calls, with thoughts: and thoughts.
func (t *Trajectory) digest(thoughts bool) (sum [sha256.Size]byte) {
	h := sha256.New()
	put(h, t.Query)
	for _, u := range t.Turns {
		putCall(h, u.Name, u.Arguments, u.Observation)
		if thoughts {
			put(h, u.Thought)
		}
	}
	h.Sum(sum[:0])
	return sum
}

// Rewards are those of a trajectory's turns: r_k of the judged steps, and that of
// the final step for the last turn. When nothing stands as a final step, all turns
// were judged as steps. An annotation is about the calls that it holds: of others
// it says nothing.
func (a *Annotations) Rewards(t *Trajectory) ([]float64, error) {
	e, ok := a.byID[t.ID]
	switch {
	case !ok:
		return nil, &LeftOut{t.ID, "not annotated"}
	case e.invalid != nil:
		return nil, &LeftOut{t.ID, "the annotation is of no use: " + e.invalid.Error()}
	case e.digest != t.digest(false):
		return nil, &LeftOut{t.ID, "the annotation is of another trajectory"}
	case !e.final:
		return e.rewards[:len(t.Turns)], nil
	}
	return e.rewards, nil
}
