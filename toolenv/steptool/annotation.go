package steptool

import (
	"fmt"

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
	// Extra are further fields of the entry, in their order. The release has none.
	Extra pyliteral.Dict
}

// Judgement is one repeat of the annotation.
type Judgement struct {
	Repeat        int       // its number in the file
	Succeeded     []float64 // per step, 0 or 1
	Contributions []float64 // per step, 0 to 5
	Status        SolvedStatus
	// Raw is the repeat as it stands in the file when that is anything else than two
	// lists of whole numbers; nil otherwise. It is written back as it is.
	Raw pyliteral.Dict
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

// Validate says what is wrong with an annotation: rewards need at least one
// repeat, and in each a status and, for every step, a success from 0 to 1 and a
// contribution from 0 to 5. Judges that are language models get all of that wrong
// at times, and the release stores what they say.
func (a *Annotation) Validate() error {
	if len(a.Repeats) == 0 {
		return fmt.Errorf("no repeats: at least one is needed")
	}
	for _, j := range a.Repeats {
		if j.Status != Solved && j.Status != Unsure && j.Status != Unsolved {
			return fmt.Errorf("is_solved: repeat %d is %q, not AnswerStatus.Solved, .Unsure or .Unsolved", j.Repeat, j.Status)
		}
		for _, field := range scoreFields {
			if v, _ := j.Raw.Get(field); j.Raw != nil {
				if _, err := scores(v); err != nil {
					return fmt.Errorf("repeat %d: %s: %w", j.Repeat, field, err)
				}
			}
		}
		if len(j.Succeeded) != len(a.Steps) || len(j.Contributions) != len(a.Steps) {
			return fmt.Errorf("repeat %d: %d successes and %d contributions for %d steps", j.Repeat, len(j.Succeeded), len(j.Contributions), len(a.Steps))
		}
		for k := range a.Steps {
			if s, c := j.Succeeded[k], j.Contributions[k]; !(s >= 0 && s <= 1 && c >= 0 && c <= maxContribution) {
				return fmt.Errorf("repeat %d, step %d: success %g (0 to 1), contribution %g (0 to %d)", j.Repeat, k+1, s, c, maxContribution)
			}
		}
	}
	return nil
}
