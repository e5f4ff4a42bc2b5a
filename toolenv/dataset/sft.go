package dataset

import (
	"io"
	"iter"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// WriteSFT writes the instances of trajectories that end with an answer (of an
// expert's search: DFSDT of a strong model), the others are left out and counted.
func WriteSFT(w io.Writer, list iter.Seq2[*Trajectory, error], o Options) (Report, error) {
	var report Report
	out := NewExamplesWriter(w)
	for t, err := range list {
		report.Trajectories++
		var x []Instance
		if err == nil && !t.Finished() {
			err = &LeftOut{t.ID, "it does not end with an answer"}
		}
		if err == nil {
			x, err = Instances(t, o)
		}
		if err != nil {
			if err = report.skip(err); err != nil {
				return report, err
			}
			continue
		}
		if err := out.Write(&Examples{Task: t.ID, Instances: x}); err != nil {
			return report, err
		}
		report.Built += len(x)
		report.Tasks++
	}
	if err := out.Close(); err != nil {
		return report, err
	}
	return report, report.check()
}

// Instances are the conversations of a trajectory up to each of its turns. They
// need ToolBench's system text, which raw outputs keep.
func Instances(t *Trajectory, o Options) ([]Instance, error) {
	system, err := o.system(t, true)
	if err != nil {
		return nil, err
	}
	prefixes := t.Prefixes
	if prefixes == nil {
		prefixes = t.prefixes()
	}
	var out []Instance
	for _, p := range prefixes {
		x := Instance{}
		for k, turn := 0, 0; k < len(p); k++ {
			m := p[k]
			switch m.Role {
			case "system":
				if m.Content = system; k > 0 {
					continue // one is enough
				}
			case "function", "tool":
				if !o.Released {
					m.Role = "function"
				}
			case "assistant":
				if len(m.Calls) == 0 {
					continue
				}
				if len(m.Calls) > 1 || turn == len(t.Turns) {
					return nil, &LeftOut{t.ID, "a turn with several calls, which a text cannot say"}
				}
				name := t.Turns[turn].Called()
				if o.Released {
					name = m.Calls[0].Name
				}
				m.Content = turnText(m.Content, name, m.Calls[0].Arguments)
				turn++
			}
			x.Conversations = append(x.Conversations, Message{m.Role, m.Content})
		}
		if n := len(x.Conversations); n > 0 && x.Conversations[n-1].From == "assistant" {
			x.ID = stepID(n, t.Query)
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return nil, &LeftOut{t.ID, "no turn with a call"}
	}
	return out, nil
}

// turnText is a turn in SFT, RFT and DPO data.
func turnText(thought, name, arguments string) string {
	return "\nThought: " + thought + "\nAction: " + name + "\nAction Input: " + arguments
}

// prefixes are the conversations of a trajectory whose source does not keep them.
func (t *Trajectory) prefixes() [][]answers.RawMessage {
	all := []answers.RawMessage{{Role: "system"}, {Role: "user", Content: t.User}}
	var out [][]answers.RawMessage
	for _, u := range t.Turns {
		all = append(all, answers.RawMessage{Role: "assistant", Content: u.Thought, Calls: []answers.RawCall{{Name: u.Name, Arguments: u.Arguments}}})
		out = append(out, all[:len(all):len(all)])
		all = append(all, answers.RawMessage{Role: "tool", Content: u.Observation})
	}
	return out
}
