// Toolserver answers calls of ToolBench's APIs over HTTP, as StableToolBench's
// virtual API server does: POST /virtual. What was answered once is kept; what is
// new is asked of a real backend or invented by a language model.
//
//	$ go run ./cmd/toolserver -tools tools -cache tool_response_cache -simulator http://127.0.0.1:8000/v1 -model llama
//
// It works with the released programs (set SERVICE_URL to the address that it
// prints) and, with -compat released, as the released server, byte for byte.
// GET /healthz says that it is up. It stops with SIGINT or SIGTERM once the
// requests it is working on are answered, and for no other reason.
//
// The files: main.go reads the flags, sources.go opens what they name, serve.go is
// the life of the server.
package main
