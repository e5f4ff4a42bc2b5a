// Package sft is supervised fine-tuning: imitation of demonstrations, the stage
// before reinforcement learning and the first baseline.
//
// An [Example] is a rendered conversation; the loss is the mean of −log p over
// the action tokens of a batch, prompts and observations and masked actions
// (slips that a demonstration shows but does not recommend) left out. A batch is
// as many examples as reach a number of tokens, laid end to end without padding.
//
// A small model made from nothing must first learn to copy: the first steps, and
// one in so many later, train on the strings of [llama.CopyTask]
// (llama/copyinit.go tells why).
//
//	trainer, err := sft.New(model, dev, config, firstPlain, seed)
//	for !trainer.Done() {
//		report, err := trainer.Step(demonstrations)   // func(i int) (*sft.Example, error)
//	}
//
// Everything is a function of configuration, seed and examples, and
// [Trainer.State] and [Trainer.Restore] continue a run with the same bits.
package sft
