package answers

import (
	"strconv"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Converted is one converted answer.
type Converted struct {
	ID    string // of the task: the key in the file
	Query string
	// Tools are the functions that were on offer: OpenAI's function objects, or
	// {"type": "function", "function": …} around them. FunctionNames tells them apart.
	Tools  []pyliteral.Dict
	Answer Answer
}

// Answer is the path that counts.
type Answer struct {
	Method string // such as CoT@1 or DFS_woFilter_w2
	// TotalSteps counts the nodes of the path, system and user included.
	TotalSteps int
	// FinalAnswer is the argument text of the Finish that ended the path, as the
	// model wrote it: JSON when all is well; "" when there was none.
	FinalAnswer string
	Details     []*Node // the root, which is the only element
}

// Node is one message of a path.
type Node struct {
	Role string // system, user, assistant or tool
	// Message is a string (system and user: ""; in the old form all), a
	// ToolMessage for a tool, or nil where an assistant said nothing.
	Message any
	Next    []*Node // at most one in a path
}

// ToolMessage is a call and what came back.
type ToolMessage struct {
	Name      string
	Arguments string // as the model wrote them
	Response  string // the observation; "" for the Finish that ended the path
}

// FunctionNames lists the functions on offer in their order.
func (c *Converted) FunctionNames() []string {
	names := make([]string, len(c.Tools))
	for i, t := range c.Tools {
		names[i] = functionName(t)
	}
	return names
}

// functionName is the name of a function object, bare or wrapped.
func functionName(t pyliteral.Dict) string {
	if inner, ok := t.Get("function"); ok {
		if d, ok := inner.(pyliteral.Dict); ok {
			t = d
		}
	}
	v, _ := t.Get("name")
	s, _ := v.(string)
	return s
}

// Path lists the nodes from the root on, each the first of those that follow.
func (c *Converted) Path() []*Node {
	var path []*Node
	for at := c.Answer.Details; len(at) > 0; at = at[0].Next {
		path = append(path, at[0])
	}
	return path
}

// Value is the message as a value of Python.
func (m ToolMessage) Value() pyliteral.Dict {
	return pyliteral.Dict{{Key: "name", Value: m.Name}, {Key: "arguments", Value: m.Arguments}, {Key: "response", Value: m.Response}}
}

// Value is the node as it stands in the file.
func (n *Node) Value() pyliteral.Dict {
	next := pyliteral.List{}
	for _, k := range n.Next {
		next = append(next, k.Value())
	}
	message := n.Message
	if m, ok := message.(ToolMessage); ok {
		message = m.Value()
	}
	return pyliteral.Dict{{Key: "role", Value: n.Role}, {Key: "message", Value: message}, {Key: "next", Value: next}}
}

// Value is the answer as it stands in the file, below its id.
func (c *Converted) Value() pyliteral.Dict {
	tools, details := pyliteral.List{}, pyliteral.List{}
	for _, t := range c.Tools {
		tools = append(tools, t)
	}
	for _, n := range c.Answer.Details {
		details = append(details, n.Value())
	}
	return pyliteral.Dict{
		{Key: "query", Value: c.Query},
		{Key: "available_tools", Value: tools},
		{Key: "answer", Value: pyliteral.Dict{
			{Key: "method", Value: c.Answer.Method},
			{Key: "total_steps", Value: c.Answer.TotalSteps},
			{Key: "final_answer", Value: c.Answer.FinalAnswer},
			{Key: "answer_details", Value: details},
		}},
	}
}

// stepText is "Step k: {…}" or "Final step: {…}".
func stepText(head string, message any) string {
	if m, ok := message.(ToolMessage); ok {
		message = m.Value()
	}
	return head + ": " + pyliteral.Str(message)
}

func stepHead(k int) string { return "Step " + strconv.Itoa(k) }
