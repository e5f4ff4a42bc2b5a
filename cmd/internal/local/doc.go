// Package local lets the engine on this machine play in a search: it is the
// search.Model of a checkpoint. One engine serves all tasks at once (continuous
// batching); what a turn says depends on the weights, the conversation and the
// seed alone, to the bit: not on what runs beside it, and not on what is in memory.
//
// # Prompts
//
// The layout chooses what a model is shown. The layouts of StepTool's training
// (toolllama, qwen2, llama3-1) list the names of the functions and expect a call
// as "Action:" and "Action Input:" lines: so our own models were trained. The
// "-react" layouts show ToolBench's instructions with all schemas, for models
// that learned to follow instructions; so does "template", which lays the messages
// out by the checkpoint's own chat template, whatever it is. [Guess] tells which one
// a checkpoint wants.
//
// Everything that others wrote (queries, descriptions, what tools answer, and
// what the model itself said) is encoded literally: whatever stands in it, it
// never becomes a token of control. Where turns begin with words instead (those of
// toolllama, or "USER:" in a chat template), the words get a backslash behind their
// first character in the text of others (package neutral): it never is a turn.
//
// # Shared prefixes
//
// The turns of a search tree begin alike. The engine's sessions are kept at the
// ends of turns; a new turn continues the one that has the most of its tokens,
// cut where the two part ([llama.Session.ForkAt]), and only the rest is computed.
// The comparison is of tokens, so prompts that later requests leave out again do
// no harm. Memory is a number of pages of the KV cache: sessions that nobody asked
// for the longest go first, and requests wait while those that run need it all.
package local
