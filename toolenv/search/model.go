package search

import (
	"context"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Message is one message of a conversation, in the shape of OpenAI's chat API,
// which ToolBench keeps.
type Message struct {
	Role    string // system, user, assistant or tool
	Content string // of an assistant: its thought
	Calls   []Call // of an assistant
	Name    string // of a tool message: the function that answered
	CallID  string // of a tool message
	// Invalid messages are prompts to be different that have done their work:
	// later requests leave them out (the released clients do not).
	Invalid bool
}

// Call is a function call inside an assistant's message.
//
// A call without a name stands for a text that no call could be read from: the
// message's Content is that text, and the tool message behind it says what was
// wrong. Chat endpoints do not accept such a pair; to them it is an
// assistant's text and a user's message. (The released search does not know
// this: there, "" is a name like others.)
type Call struct {
	ID        string // "" when the model gives none
	Name      string
	Arguments string // as the model wrote them: JSON when all is well
}

// Request asks a model for the next turn.
type Request struct {
	Task   string // id of the task
	Branch string // place of the new node in the search: indices of the candidates from the root, such as "0.1"
	// Messages are the conversation so far, system and user first.
	Messages []Message
	// Functions on offer: OpenAI's function objects, Finish last.
	Functions []pyliteral.Dict
	// Required: the answer must be a call (ranking asks for none: Functions is empty).
	Required bool
}

// Reply is a model's turn.
type Reply struct {
	Content string // the thought
	Calls   []Call
	Text    string // what a text model wrote, before it was parsed
	// ParseError says why a strict parser found no call in Text.
	ParseError string
	// Tokens as the endpoint counts them.
	PromptTokens, CompletionTokens int
	// Requests is how many requests it took.
	Requests int
}

// Model continues conversations. It may be called by many goroutines. An error
// means that this turn cannot be had (the node is pruned, code -1); it never
// stops other tasks.
type Model interface {
	Next(ctx context.Context, r *Request) (*Reply, error)
}

// ModelFunc is a Model that is one function.
type ModelFunc func(ctx context.Context, r *Request) (*Reply, error)

// Next calls f.
func (f ModelFunc) Next(ctx context.Context, r *Request) (*Reply, error) { return f(ctx, r) }
