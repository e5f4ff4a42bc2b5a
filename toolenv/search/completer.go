package search

import "context"

// CompletionRequest asks for the continuation of a text.
type CompletionRequest struct {
	// Task and Branch say who asks (see Request); they are not sent.
	Task, Branch string

	Model          string
	Prompt         string
	MaxTokens      int
	Stop           []string
	Temperature    float64
	TruncatePrompt int // tokens of the prompt's end to keep; 0: all
}

// Completion is the continuation.
type Completion struct {
	Text                           string
	FinishReason                   string
	PromptTokens, CompletionTokens int
	NoUsage                        bool // the endpoint did not say how many tokens
	Requests                       int  // made for it, repeated ones among them; 0 counts as 1
}

// Completer continues texts. It may be called by many goroutines, and it repeats
// itself what is worth repeating.
type Completer interface {
	Complete(ctx context.Context, r CompletionRequest) (Completion, error)
}

// CompleterFunc is a Completer that is one function.
type CompleterFunc func(ctx context.Context, r CompletionRequest) (Completion, error)

// Complete calls f.
func (f CompleterFunc) Complete(ctx context.Context, r CompletionRequest) (Completion, error) {
	return f(ctx, r)
}
