package dataset

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Options say how conversations are written.
type Options struct {
	// Layout is one of package chat. Layouts of training (toolllama, qwen2,
	// llama3-1) list the names of functions in the system text, as the released
	// files do; those of inference (toolllama-react, …) have ToolBench's whole
	// system text, so that a policy is trained on the prompts that it will see.
	Layout string
	// Released writes what the release writes. The default differs:
	//
	//	actions    keep the thought where the source has it; the release drops it
	//	           (toolllama has no line for it, the others an empty one)
	//	names      of functions that do not exist are those that the model wrote,
	//	           not the invalid_hallucination_function_name put in their place
	//	functions  are listed as at inference, bare; the release lists them as
	//	           stored, with {'type': 'function', …} around them
	//	roles      observations are "function" in SFT and RFT data; the release has
	//	           "tool" in a policy's own trajectories
	//	pairs      stand where two trajectories part, after the same calls and
	//	           observations; the release compares step by step to the end, though
	//	           the rejected turn answered another history
	Released bool
}

// layout returns the layout.
func (o *Options) layout() (chat.Layout, error) {
	l, err := chat.ByName(o.Layout)
	if err == nil && o.Released && o.react() {
		err = fmt.Errorf("dataset: layout %s: the release trains on toolllama, qwen2 and llama3-1 only", o.Layout)
	}
	return l, err
}

// react tells a layout of inference.
func (o *Options) react() bool { return strings.HasSuffix(o.Layout, "-react") }

// Conversation is a trajectory in the words of a layout; with no layout, system
// text and actions are those of qwen2.
func (o Options) Conversation(t *Trajectory) (chat.Conversation, error) {
	c := chat.Conversation{User: t.Query}
	react := o.react()
	var err error
	if c.System, err = o.system(t, react); err != nil {
		return c, err
	}
	for i := range t.Turns {
		c.Turns = append(c.Turns, chat.Turn{Action: o.action(&t.Turns[i], react), Observation: t.Turns[i].Observation})
	}
	return c, nil
}

// system is the system text: names of functions, or all that ToolBench says.
func (o *Options) system(t *Trajectory, full bool) (string, error) {
	if !full {
		names := t.Names()
		if n := len(names); n > 0 && names[n-1] == toolenv.FinishName {
			names = names[:n-1]
		}
		return toolenv.SystemPrompt(names), nil
	}
	if t.System == "" {
		return "", &LeftOut{t.ID, "no system text (converted answers have none, nor have outputs of the release without an answer: use raw outputs)"}
	}
	list := make(pyliteral.List, len(t.Functions))
	for i, f := range t.Functions {
		list[i] = f
		if inner, ok := f.Get("function"); ok && !o.Released {
			list[i] = inner
		}
	}
	return chat.WithFunctions(t.System, pyliteral.Repr(list)), nil
}

// action is the text of a turn.
func (o *Options) action(t *Turn, react bool) string {
	thought, name := t.Thought, t.Called()
	if o.Released {
		name = t.Name
		if !react {
			thought = ""
		}
	}
	text := "Action: " + name + "\nAction Input: " + t.Arguments
	if thought == "" && o.Layout == "toolllama" {
		return text
	}
	return "Thought: " + thought + "\n" + text
}

// LeftOut says why nothing was built from a trajectory.
type LeftOut struct{ ID, Reason string }

// Error implements error.
func (e *LeftOut) Error() string { return "dataset: task " + e.ID + ": " + e.Reason }
