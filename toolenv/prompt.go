package toolenv

import "strings"

// SystemPrompt lists the functions a policy may call, Finish last, in the words
// and the Python notation of StepTool's training data.
func SystemPrompt(names []string) string {
	var b strings.Builder
	b.WriteString("Specifically, you have access to the following APIs: [")
	for _, n := range names {
		b.WriteString(pyQuote(n))
		b.WriteString(", ")
	}
	b.WriteString("'Finish']")
	return b.String()
}

// pyQuote is Python's repr of a printable string.
func pyQuote(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	s = strings.ReplaceAll(s, `\`, `\\`)
	if quote == "'" {
		s = strings.ReplaceAll(s, "'", `\'`)
	}
	return quote + s + quote
}
