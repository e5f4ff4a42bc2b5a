// Package neutral keeps text that others wrote (queries, descriptions and
// answers of tools, a model's own words) from acting as control text in a prompt
// that is itself a text.
//
// A prompt of token ids needs little of it: there untrusted text is encoded so
// that no part of it becomes a token of control (llama/chat), and only words that
// begin turns are left to see to ([Roles]). A server that is sent a text tokenises
// all of it, and then "<|im_end|>" in a tool's answer ends the turn.
//
// # What changes
//
// A backslash is put behind the first character of every control string:
//
//	<|im_end|>   becomes  <\|im_end|>
//	</s>         becomes  <\/s>
//	[/INST]      becomes  [\/INST]
//	<tool_call>  becomes  <\tool_call>
//	System: …    becomes  S\ystem: …     (toolllama only, where it begins a line)
//
// Nothing is taken away and nothing else is touched: text without control
// strings stays as it is, byte for byte. A control string that already has
// backslashes there gets one more, so that [Restore] undoes [Text] exactly.
//
// Control strings are the tokens between <| and |> (also with full-width bars)
// of whatever name, the sequence and role tokens of the usual tokenizers, the
// tags that models wrap calls and their answers in, and for the layouts of
// ToolLLaMA, whose roles are words, those words with a colon at the beginning of
// a line.
//
// What a server makes of the text is its own affair: a tokenizer with special
// tokens of other shapes is not covered. Chat endpoints lay messages out
// themselves and carry no guarantee at all; nothing is changed for them.
package neutral
