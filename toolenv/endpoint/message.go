package endpoint

import "github.com/stepgrain/stepgrain/internal/pyliteral"

// Text is a message of a role with a text.
func Text(role, content string) pyliteral.Dict {
	return pyliteral.Dict{{Key: "role", Value: role}, {Key: "content", Value: content}}
}

// Function wraps a function object as an element of tools.
func Function(f pyliteral.Dict) pyliteral.Dict {
	return pyliteral.Dict{{Key: "type", Value: "function"}, {Key: "function", Value: f}}
}

// Choose is a tool_choice that forces one function.
func Choose(name string) pyliteral.Dict {
	return Function(pyliteral.Dict{{Key: "name", Value: name}})
}

// JSONObject is a response_format that asks for a JSON object.
func JSONObject() pyliteral.Dict { return pyliteral.Dict{{Key: "type", Value: "json_object"}} }

// ToolCall is a call inside an answer.
type ToolCall struct {
	ID        string
	Name      string
	Arguments string // as the model wrote them
}

// Value is the call as it stands in a message.
func (c ToolCall) Value() pyliteral.Dict {
	return pyliteral.Dict{
		{Key: "id", Value: c.ID}, {Key: "type", Value: "function"},
		{Key: "function", Value: pyliteral.Dict{{Key: "name", Value: c.Name}, {Key: "arguments", Value: c.Arguments}}},
	}
}

// Assistant is an assistant's message with calls.
func Assistant(content string, calls []ToolCall) pyliteral.Dict {
	m := Text("assistant", content)
	if len(calls) == 0 {
		return m
	}
	var l pyliteral.List
	for _, c := range calls {
		l = append(l, c.Value())
	}
	return append(m, pyliteral.Item{Key: "tool_calls", Value: l})
}

// Tool is the answer to a call.
func Tool(id, content string) pyliteral.Dict {
	return pyliteral.Dict{{Key: "role", Value: "tool"}, {Key: "tool_call_id", Value: id}, {Key: "content", Value: content}}
}
