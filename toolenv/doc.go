// Package toolenv holds what a tool-using policy meets: tasks, APIs described as
// ToolBench describes them, the parsers that read calls out of a model's text,
// the environment's step, and the record of an episode. It knows no tensors: a
// policy is whatever continues a conversation.
package toolenv
