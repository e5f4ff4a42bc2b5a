// Rollout runs a policy over the tasks of ToolBench and writes what it did: one
// file {id}_{method}.json a task, as the released inference does.
//
//	$ go run ./cmd/rollout -queries G1_instruction.json -tool-root tools -out out \
//	      -policy completions:http://127.0.0.1:8000/v1 -layout qwen2-react \
//	      -tools http://127.0.0.1:8081/virtual -method DFS_woFilter_w2
//
// Policies are a model of our own engine, a server that continues texts, one that
// chats and calls tools, or a script. Tools are a tool server, what such a server
// has stored, the embedded world, MCP servers, or a recording of an earlier run.
//
// A run that was stopped goes on where it was: outputs that are there are kept, and
// arguments.json says who made them: those of another model are an error.
// The results do not depend on -threads. What went wrong with single tasks is in
// failures.jsonl, and summary.json adds everything up (package toolenv/batch).
//
// -h lists the flags. The exit status is 0; 1 when tasks failed or the run could
// not be made; 2 for wrong usage; 130 or 143 when it was stopped by a signal.
//
// The files: main.go runs, flags.go reads the flags, policy.go, tools.go and
// retrieve.go make of them what a batch needs, arguments.go guards a folder,
// print.go reports. What happens inside is explained in packages toolenv/search and
// toolenv/batch.
package main
