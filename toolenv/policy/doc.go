// Package policy holds models for a search (package search) that need no
// tensors: those behind a chat endpoint, and scripts of what a model is to say.
// A model behind a text endpoint is search.TextModel over an endpoint.Client, the
// local engine is in cmd/internal/local.
//
// # Hostile text
//
// What tools answer goes into prompts. In a prompt that is one text it is made
// harmless first (package neutral). A chat endpoint is sent messages and lays
// them out itself, and nobody outside can tell whether it keeps a control string
// in a message from ending it: nothing is changed for it and nothing is promised.
package policy
