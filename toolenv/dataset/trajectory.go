package dataset

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Trajectory is one answer to one task.
type Trajectory struct {
	ID, Query string
	// Functions on offer, objects as stored: bare, or {"type": …, "function": …}.
	Functions []pyliteral.Dict
	// System and User are the texts with which the conversation began. Converted
	// answers do not keep System: it is "" then, and User is ToolBench's form of
	// the query.
	System, User string
	Turns        []Turn
	// Prefixes are the conversations as they were when a turn was taken, each up to
	// and with the turn: with the prompts to be different that a search added. Nil
	// where the source does not keep them.
	Prefixes [][]answers.RawMessage
}

// Turn is one call.
type Turn struct {
	Thought string // "" for none, or where the source does not keep it
	// Name is the stored name: for a function that does not exist the release
	// stores answers.HallucinatedName in some places. Called is the one called.
	Name        string
	Arguments   string // as the model wrote them
	Observation string // what answered; "" for the Finish that ended the trajectory
}

// noSuchFunction begins the error of a call of a function that does not exist.
const noSuchFunction = "No such function name: "

// Called is the name that the model wrote: where the release replaced it in the
// conversation, the observation still has it.
func (t *Turn) Called() string {
	if t.Name != answers.HallucinatedName {
		return t.Name
	}
	v, err := pyliteral.FromJSON(t.Observation)
	if err != nil {
		return t.Name
	}
	d, _ := v.(pyliteral.Dict)
	problem, _ := d.Get("error")
	text, _ := problem.(string)
	if name, found := strings.CutPrefix(text, noSuchFunction); found {
		return name
	}
	return t.Name
}

// Finished reports whether the trajectory ends with Finish and an answer.
func (t *Trajectory) Finished() bool {
	if len(t.Turns) == 0 {
		return false
	}
	last := t.Turns[len(t.Turns)-1]
	status, _ := toolenv.FinishStatus(last.Arguments)
	return last.Name == toolenv.FinishName && status == toolenv.StatusFinalAnswer
}

// Names are the functions on offer.
func (t *Trajectory) Names() []string {
	c := answers.Converted{Tools: t.Functions}
	return c.FunctionNames()
}

// FromConverted reads a converted answer. Messages of the assistant are thoughts
// of the call that follows; those that no call follows are left out. The error is
// a *LeftOut for an answer in ToolBench's old form, which holds only the beginning
// of every call.
func FromConverted(c *answers.Converted) (*Trajectory, error) {
	t := &Trajectory{ID: c.ID, Query: c.Query, Functions: c.Tools, User: userText(c.Query)}
	thought := ""
	for _, n := range c.Path() {
		switch m := n.Message.(type) {
		case answers.ToolMessage:
			t.Turns = append(t.Turns, Turn{Thought: thought, Name: m.Name, Arguments: m.Arguments, Observation: m.Response})
			thought = ""
		case string:
			switch n.Role {
			case "assistant":
				thought = m
			case "tool":
				return nil, &LeftOut{c.ID, "its calls are cut to 100 characters (ToolBench's old form)"}
			}
		}
	}
	return t, nil
}

// userText is the query as ToolBench's conversations begin with it.
func userText(query string) string { return "\n" + query + "\nBegin!\n" }

// FromRaw reads a raw output: the conversation that led to the answer, with its
// thoughts, or, where there is no answer, the path that answers.Convert picks.
func FromRaw(id string, r *answers.Raw, o answers.ConvertOptions) (*Trajectory, error) {
	if r.Answer.Valid { // every call of the conversation, with the thought it had
		o.Released = false
	}
	c, err := answers.Convert(id, r, o)
	if err != nil {
		return nil, err
	}
	t, err := FromConverted(c)
	switch {
	case err != nil:
		return nil, err
	case !r.Answer.Valid:
		if r.Own != nil {
			t.System = r.Own.System
		}
		return t, nil
	}
	t.Prefixes = r.Answer.Messages
	conversation := t.Prefixes[len(t.Prefixes)-1] // Convert has seen that there is one
	if len(conversation) > 1 {
		t.System, t.User = conversation[0].Content, conversation[1].Content
	}
	k := 0
	for _, m := range conversation {
		for i := range m.Calls {
			if k < len(t.Turns) && i == 0 {
				t.Turns[k].Thought = m.Content
			}
			k++
		}
	}
	return t, nil
}
