// Command train teaches a language model to use tools: imitation, then
// step-grained PPO, with an evaluation under one budget after each.
//
//	go run ./cmd/train            the embedded world, four to seven minutes
//	go run ./cmd/train -quick     a smaller one, about a minute
//
// With -data it trains a checkpoint on stored trajectories instead. train -h
// explains the flags, train -keys lists every setting, and the run directory
// that it writes is described in the README.
//
// The command itself is thin: flags.go turns flags into settings, signals.go
// turns Ctrl-C into a checkpoint, and cmd/internal/pipeline does the work.
package main
