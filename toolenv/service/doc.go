// Package service is the seam between an environment and whatever answers its
// tool calls: a tool server over HTTP, an MCP server, the embedded world, a
// recording. It holds one interface, Service, with its request, its reply and
// the ways in which it can fail.
//
// A reply is kept as raw as it came (HTTP status, content type, bytes): what it
// means to a model is decided in one place, the environment of package toolbench.
package service
