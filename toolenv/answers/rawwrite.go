package answers

import (
	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Write writes the file as the release does, json.dump(…, indent=2), whole or
// not at all.
func (r *Raw) Write(path string) error {
	return renameio.WriteFile(path, []byte(r.Text()), 0o644)
}

// Text is the content of the file.
func (r *Raw) Text() string {
	return pyliteral.Dumps(r.Value(), pyliteral.JSONStyle{ASCII: true, Indent: "  "})
}

// Value is the output with its keys in the order of the release.
func (r *Raw) Value() pyliteral.Dict {
	if r.Document != nil {
		return r.Document
	}
	d := pyliteral.Dict{{Key: "win", Value: r.Win}}
	candidates := pyliteral.List{}
	for _, c := range r.Candidates {
		candidates = append(candidates, c.value())
	}
	if r.Tree != nil {
		d = append(d, pyliteral.Dict{
			{Key: "tree", Value: pyliteral.Dict{
				{Key: "size", Value: int64(r.Tree.Size)},
				{Key: "max_length", Value: int64(r.Tree.MaxLength)},
				{Key: "tree", Value: r.Tree.Root.tree()},
			}},
			{Key: "forward_args", Value: r.Args},
			{Key: "compare_candidates", Value: candidates},
		}...)
	} else {
		trys := pyliteral.List{}
		for _, t := range r.Trys {
			trys = append(trys, pyliteral.Dict{{Key: "chain", Value: t.Chain.value()}, {Key: "win", Value: t.Win}})
		}
		d = append(d, pyliteral.Dict{
			{Key: "try_count", Value: int64(len(trys))},
			{Key: "trys", Value: trys},
			{Key: "compare_candidates", Value: candidates},
			{Key: "forward_args", Value: r.Args},
		}...)
	}
	d = append(d, pyliteral.Item{Key: "answer_generation", Value: r.Answer.value(r.Tree != nil)})
	if r.Own != nil {
		d = append(d, pyliteral.Item{Key: ownKey, Value: r.Own.value()})
	}
	return d
}

func (c Chain) value() pyliteral.List {
	l := pyliteral.List{}
	for _, n := range c {
		l = append(l, n.value())
	}
	return l
}

// value is the node without its children.
func (n *RawNode) value() pyliteral.Dict {
	d := pyliteral.Dict{
		{Key: "is_terminal", Value: n.Terminal},
		{Key: "pruned", Value: n.Pruned},
		{Key: "finished", Value: n.Finished},
		{Key: "depth", Value: int64(n.Depth)},
		{Key: "node_type", Value: n.Type},
		{Key: "description", Value: n.Description},
		{Key: "Elo", Value: n.Elo},
	}
	if n.Observation != "" {
		d = append(d, pyliteral.Item{Key: "observation", Value: n.Observation})
	}
	if n.Code != nil {
		d = append(d, pyliteral.Item{Key: "observation_code", Value: int64(*n.Code)})
	}
	d = append(d, pyliteral.Item{Key: "child_count", Value: int64(n.ChildCount)}, pyliteral.Item{Key: "expand_num", Value: int64(n.ExpandNum)})
	if n.Type == InputNode {
		d = append(d, pyliteral.Item{Key: "io_state", Value: pyliteral.Dict{}})
	}
	return d
}

// tree is the node with all below it.
func (n *RawNode) tree() pyliteral.Dict {
	children := pyliteral.List{}
	for _, c := range n.Children {
		children = append(children, c.tree())
	}
	return append(n.value(), pyliteral.Item{Key: "children", Value: children})
}

// value orders the fields as the release's CoT or DFS does.
func (g *Generation) value(dfs bool) pyliteral.Dict {
	messages := pyliteral.List{}
	for _, list := range g.Messages {
		l := pyliteral.List{}
		for i := range list {
			l = append(l, list[i].value())
		}
		messages = append(messages, l)
	}
	functions := g.Functions
	if functions == nil {
		functions = pyliteral.List{}
	}
	d := pyliteral.Dict{{Key: "valid_data", Value: g.Valid}}
	counts := pyliteral.Dict{{Key: "query_count", Value: int64(g.QueryCount)}, {Key: "total_tokens", Value: int64(g.Tokens)}}
	chain := pyliteral.Item{Key: "chain", Value: pyliteral.List{}}
	train := pyliteral.Item{Key: "train_messages", Value: messages}
	if !dfs {
		d = append(d, pyliteral.Item{Key: "final_answer", Value: g.FinalAnswer}, pyliteral.Item{Key: "function", Value: functions})
		d = append(append(d, counts...), train, chain)
	} else {
		d = append(append(d, counts...), pyliteral.Item{Key: "final_answer", Value: g.FinalAnswer},
			pyliteral.Item{Key: "finish_type", Value: g.FinishType}, pyliteral.Item{Key: "function", Value: functions}, chain)
		if g.Messages != nil {
			d = append(d, train)
		}
	}
	return append(d, pyliteral.Item{Key: "query", Value: g.Query})
}

// value is the message with its keys in the order of the release.
func (m *RawMessage) value() pyliteral.Dict {
	d := pyliteral.Dict{{Key: "role", Value: m.Role}}
	if m.Role == "tool" || m.Role == "function" {
		d = append(d, pyliteral.Item{Key: "name", Value: m.Name})
	}
	d = append(d, pyliteral.Item{Key: "content", Value: m.Content})
	switch {
	case m.Legacy && len(m.Calls) > 0:
		d = append(d, pyliteral.Item{Key: "function_call", Value: m.Calls[0].function()})
	case len(m.Calls) > 0:
		calls := pyliteral.List{}
		for i := range m.Calls {
			calls = append(calls, pyliteral.Dict{
				{Key: "id", Value: callID(m.Calls[i].ID)},
				{Key: "function", Value: m.Calls[i].function()},
				{Key: "type", Value: "function"},
			})
		}
		d = append(d, pyliteral.Item{Key: "tool_calls", Value: calls})
	}
	if m.Role == "tool" {
		d = append(d, pyliteral.Item{Key: "tool_call_id", Value: callID(m.CallID)})
	}
	if m.Invalid {
		d = append(d, pyliteral.Item{Key: "valid", Value: false})
	}
	return d
}

func (c *RawCall) function() pyliteral.Dict {
	return pyliteral.Dict{{Key: "name", Value: c.Name}, {Key: "arguments", Value: c.Arguments}}
}

func callID(id string) any {
	if id == "" {
		return int64(0)
	}
	return id
}
