package toolenv

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// SystemPrompt lists the functions a policy may call, Finish last, in the words
// and the Python notation of StepTool's training data.
func SystemPrompt(names []string) string {
	var b strings.Builder
	b.WriteString("Specifically, you have access to the following APIs: [")
	for _, n := range names {
		b.WriteString(pyliteral.Repr(n))
		b.WriteString(", ")
	}
	b.WriteString("'Finish']")
	return b.String()
}
