package toolenv

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Observation writes an answer in the shape of ToolBench,
// {"error": "…", "response": …}, with the separators of Python's json.dumps.
// response is JSON text; "" stands for an empty string.
func Observation(errText, response string) string {
	if response == "" {
		response = `""`
	}
	return `{"error": ` + QuoteJSON(errText) + `, "response": ` + response + `}`
}

// QuoteJSON writes a string as Python's json.dumps does: everything outside
// ASCII escaped.
func QuoteJSON(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return `"` + s + `"`
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Truncate cuts an observation after limit characters and marks the cut with
// "...", as ToolBench does at 1024.
func Truncate(obs string, limit int) string {
	if cut := pyliteral.First(obs, limit); len(cut) < len(obs) {
		return cut + "..."
	}
	return obs
}
