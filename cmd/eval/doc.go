// Command eval measures stored answers and compares systems, with the figures of
// StepTool and StableToolBench.
//
//	go run ./cmd/eval -answers pass_rate_results    Table 3 of the paper, and who used more calls
//	go run ./cmd/eval compare -h                    is one system better than another?
//	go run ./cmd/eval passk -h                      pass@k of several samples
//
// eval -h lists the modes, eval MODE -h explains one. The exit status is 0, or 1
// for what cannot be done, or 2 for wrong usage.
//
// The files: modes.go is the table of modes, main.go finds one; every mode has a
// file under its name, which reads its flags and prints. Figures come from
// toolenv/metrics and toolenv/stats.
package main
