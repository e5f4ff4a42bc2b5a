// Package pipeline carries a training run through its stages:
//
//	start     tokenizer and model are made, or read
//	sft       imitation
//	eval-sft  the eight sets, greedy and sampled
//	rl        step-grained PPO
//	eval      the eight sets again
//	done      final/, summary.json, report.html
//
// With stored trajectories a stage data, PPO on them, stands for the middle four;
// released.go is that stage as StepTool's trainer was released, replay.go repeats
// a recorded run of it.
//
// A checkpoint names the stage, how far it is, and all that the rest depends
// on; [Resume] continues from it to the same bytes.
//
// The way in: [Start] (start.go) and the order of the stages there; then a file
// for each stage (model.go, sft.go, eval.go, rl.go, data.go, finish.go). The loop
// that both kinds of reinforcement share is learn.go.
package pipeline
