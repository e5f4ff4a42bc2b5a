// Convert turns files of one form into files of another: what runs leave behind
// into converted answers, these into training data, caches and worlds into the
// folders that ToolBench's programs read.
//
//	$ go run ./cmd/convert answers -method CoT@1 -out converted.json runs/raw
//	$ go run ./cmd/convert ppo -annotations judged.json -template qwen2 -out ppo.csv converted.json
//
// -h lists the conversions, convert CONVERSION -h explains one. The exit status
// is 0, or 1 for what cannot be done, said in one line, or 2 for wrong usage.
//
// The files: table.go is the table of conversions, main.go calls them, and every
// other file adds one or a few that belong together.
package main
