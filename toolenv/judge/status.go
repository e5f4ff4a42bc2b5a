package judge

import (
	"context"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Scorer gives answers a status.
type Scorer interface {
	// Name labels the verdicts; "" for a language model.
	Name() string
	Status(ctx context.Context, c *answers.Converted) (steptool.SolvedStatus, error)
}

// Status asks in up to two stages, as StableToolBench does: first from query and
// final answer alone, and when that leaves it unsure, from everything that was
// done. Answers without a final one are unsolved without a question.
func (j *Judge) Status(ctx context.Context, c *answers.Converted) (steptool.SolvedStatus, error) {
	if j.o.Released {
		// The release looks for the text, wherever it stands.
		if _, final, _ := c.Steps(); !strings.Contains(final, "'name': 'Finish'") {
			return steptool.Unsolved, nil
		}
	} else if !finished(c) {
		return steptool.Unsolved, nil
	}
	return j.check(ctx, c.Query, wholeAnswer(c))
}

// finished reports whether the last call of an answer is Finish.
func finished(c *answers.Converted) bool {
	_, _, calls := c.Steps()
	return len(calls) > 0 && calls[len(calls)-1].Name == toolenv.FinishName
}

// shown is an answer as a judge is shown it.
type shown struct {
	final string // the arguments of Finish
	all   string // everything, as JSON
}

func wholeAnswer(c *answers.Converted) shown {
	v, _ := c.Value().Get("answer")
	return shown{c.Answer.FinalAnswer, pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true})}
}

// check is the judgement in two stages.
func (j *Judge) check(ctx context.Context, query string, a shown) (steptool.SolvedStatus, error) {
	if a.final == "" || j.gaveUp(a.final) {
		return steptool.Unsolved, nil
	}
	s, err := ask(ctx, j, checkStatus, checkStatus.status, query, a.final)
	if err != nil || s != steptool.Unsure {
		return s, err
	}
	return ask(ctx, j, parseStatus, parseStatus.status, query, a.all)
}

const gaveUp = "give_up_and_restart"

// gaveUp reports whether the arguments of Finish give up. The release takes the
// words for it wherever they stand, also inside an answer.
func (j *Judge) gaveUp(final string) bool {
	if j.o.Released {
		return strings.Contains(final, gaveUp)
	}
	status, _ := toolenv.FinishStatus(final)
	return status == toolenv.StatusGaveUp
}

func (f *function) status(v any) (steptool.SolvedStatus, error) {
	w, err := f.word(v, "answer_status", "Unsure", "Unsolved", "Solved")
	if err != nil {
		return "", err
	}
	return steptool.SolvedStatus("AnswerStatus." + w), nil
}
