package neutral

import (
	"regexp"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The control strings of all layouts. Each begins with < or [, holds none of
// these further on, and has room for backslashes behind it: so two never
// overlap, and what Text writes is none.
const tokens = `<\\*[|｜][^<>\[\]\n]{0,128}?[|｜]>` +
	`|<\\*/?(?:s|S|unk|pad|bos|eos|mask|cls|sep|UNK|PAD|BOS|EOS|MASK|CLS|SEP|start_of_turn|end_of_turn|end_of_sentence|begin_of_sentence|extra_id_[0-9]{1,4}` +
	`|(?:BOS|EOS|PAD|UNK|CLS|SEP|MASK|EOP)_TOKEN|sop|eop|eod|eot|eom|eoh|eoa|end_of_utterance|start_of_image|end_of_image|image_soft_token|unused[0-9]{1,4}|reserved_[0-9]{1,4}` +
	`|fim_prefix|fim_middle|fim_suffix|fim_pad|repo_name|reponame|file_sep|filename|gh_stars|issue_start|issue_comment|issue_closed|jupyter_[a-z]{1,16}|empty_output)>` +
	`|<\\*/?(?:tool_call|tool_calls|tool_response|tool_responses|tool_result|tool_results|tool|tools|tool_code|tool_output|tool_outputs` +
	`|function|functions|function_call|function_calls|function_response|function_results|invoke|think|thinking|system|user|assistant)(?:[=\s][^<>\[\]\n]{0,128})?>` +
	`|<\\*<\\*/?SYS>>` +
	`|\[\\*/?(?:INST|SYS|UNK|PAD|CLS|SEP|MASK|BOS|EOS|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|SYSTEM_PROMPT|IMG|ARGS|CALL_ID|THINK|TOOL_CONTENT|gMASK|sMASK)\]`

// roles are the words that begin a turn in the layouts of ToolLLaMA.
const roles = `(?:^|[\n\r\v\f\x{85}\x{2028}\x{2029}])[ \t]*(?:S\\*ystem|U\\*ser|F\\*unction|A\\*ssistant|H\\*uman)[ \t]*:`

var (
	anywhere = regexp.MustCompile(tokens)
	lines    = regexp.MustCompile(roles)
)

// Text returns s with every control string of a layout made harmless.
func Text(layout, s string) string {
	s = anywhere.ReplaceAllStringFunc(s, func(m string) string { return m[:1] + `\` + m[1:] })
	return Roles(layout, s)
}

// Roles returns s with the role words of a layout made harmless and all else as it
// is: for prompts of token ids, where only words can act as control text.
func Roles(layout, s string) string {
	if !wordRoles(layout) {
		return s
	}
	return lines.ReplaceAllStringFunc(s, func(m string) string {
		i := firstLetter(m)
		return m[:i+1] + `\` + m[i+1:]
	})
}

// Restore undoes Text.
func Restore(layout, s string) string {
	s = anywhere.ReplaceAllStringFunc(s, func(m string) string { return m[:1] + strings.TrimPrefix(m[1:], `\`) })
	if wordRoles(layout) {
		s = lines.ReplaceAllStringFunc(s, func(m string) string {
			i := firstLetter(m)
			return m[:i+1] + strings.TrimPrefix(m[i+1:], `\`)
		})
	}
	return s
}

func wordRoles(layout string) bool { return strings.HasPrefix(layout, "toolllama") }

func firstLetter(s string) int {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
}

// Value returns a value with all its texts made harmless, keys included: the
// functions on offer, whose names and descriptions others wrote.
func Value(layout string, v any) any {
	switch v := v.(type) {
	case string:
		return Text(layout, v)
	case pyliteral.List:
		return pyliteral.List(values(layout, v))
	case pyliteral.Tuple:
		return pyliteral.Tuple(values(layout, v))
	case pyliteral.Dict:
		out := make(pyliteral.Dict, len(v))
		for i, it := range v {
			out[i] = pyliteral.Item{Key: Value(layout, it.Key), Value: Value(layout, it.Value)}
		}
		return out
	}
	return v
}

func values(layout string, vs []any) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = Value(layout, v)
	}
	return out
}
