package search

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// diversityPrompt asks for another turn than those that were tried. Its words are
// ToolBench's (Apache-2.0).
const diversityPrompt = `This is not the first time you try this task, all previous trails failed.
Before you generate my thought for this state, I will first show you your previous actions for this state, and then you must generate actions that is different from all of them. Here are some previous actions candidates:
{previous_candidate}
Remember you are now in the intermediate state of a trail, you will first analyze the now state and previous action candidates, then make actions that is different from all the previous.`

// beDifferent ends the conversation at n with that prompt, if turns with calls
// were tried there.
func (d *dfs) beDifferent(n *node) bool {
	tried := pyliteral.List{}
	for _, c := range n.children {
		for c.kind != answers.InputNode && len(c.children) > 0 {
			c = c.children[0]
		}
		if c.kind == answers.InputNode {
			tried = append(tried, pyliteral.Dict{
				{Key: "name", Value: c.father.description}, {Key: "arguments", Value: c.description},
				{Key: "function_output", Value: c.observation}, {Key: "mento-carlo-action-value", Value: 0.0},
			})
		}
	}
	if len(tried) == 0 {
		return false
	}
	text := pyliteral.Dumps(tried, pyliteral.JSONStyle{ASCII: true, Indent: "  "}) + "\n"
	if n.observation != "" {
		text += "again, your former observation: " + n.observation + "\n"
	}
	n.messages = append(n.messages, Message{Role: "user", Content: strings.Replace(diversityPrompt, "{previous_candidate}", text, 1)})
	return true
}
