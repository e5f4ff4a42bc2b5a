// Package pipeline carries a training run through its stages:
//
//	start     tokenizer and model are made, or read
//	sft       imitation
//	eval-sft  the eight sets, greedy and sampled
//	rl        step-grained PPO
//	eval      the eight sets again
//	done      final/, summary.json, report.html
//
// A checkpoint names the stage, how far it is, and all that the rest depends
// on; [Resume] continues from it to the same bytes. Every stage is one file.
package pipeline
