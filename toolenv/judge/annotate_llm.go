package judge

import (
	"context"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// LLM is the annotator that asks a judge, as StepTool does: one question for all
// steps and the status.
type LLM struct{ *Judge }

// Annotate implements Annotator. What cannot be a judgement of these steps (lists
// of another length, scores out of range) is asked for again; the released form
// takes it as it is. An answer that ends without one is unsolved, whatever the
// model says.
func (l LLM) Annotate(ctx context.Context, t *Trajectory, repeat int) (steptool.Judgement, error) {
	return l.steps(ctx, t, t.Steps, repeat)
}

// steps asks about some of the steps of an answer.
func (l LLM) steps(ctx context.Context, t *Trajectory, steps []string, repeat int) (steptool.Judgement, error) {
	part := *t
	part.Steps = steps
	read := readProcess
	if !l.o.Released {
		read = func(v any) (steptool.Judgement, error) {
			j, err := readProcess(v)
			if err != nil {
				return j, err
			}
			j.Repeat = repeat
			if err := part.validate(j); err != nil {
				return j, processReward.wrong("%v", err)
			}
			j.Raw = nil
			if !t.answered() {
				j.Status = steptool.Unsolved
			}
			return j, nil
		}
	}
	return ask(ctx, l.Judge, processReward, read, t.Query, pyliteral.Repr(words(steps...)), t.Answer.FinalAnswer)
}

// readProcess reads a judgement as the release does: it needs the three fields
// and one of three statuses, nothing else.
func readProcess(v any) (j steptool.Judgement, err error) {
	status, err := processReward.word(v, "final_answer_status", "Unsure", "Unsolved", "Solved")
	if err != nil {
		return j, err
	}
	j.Status = steptool.SolvedStatus("AnswerStatus." + status)
	for _, f := range []struct {
		from, to string
		list     *[]float64
	}{
		{"succeed_tool_calling", "succeed_tool_calling", &j.Succeeded},
		{"contribution_to_final_answer", "contributions", &j.Contributions},
	} {
		m, err := processReward.member(v, f.from)
		if err != nil {
			return j, err
		}
		*f.list = numbers(m)
		j.Raw = append(j.Raw, item(f.to, m)) // as the model wrote it
	}
	return j, nil
}

// numbers are those of a list, nil for anything else.
func numbers(v any) []float64 {
	list, _ := v.(pyliteral.List)
	out := make([]float64, len(list))
	for i, x := range list {
		switch x := x.(type) {
		case int64:
			out[i] = float64(x)
		case float64:
			out[i] = x
		default:
			return nil
		}
	}
	return out
}
