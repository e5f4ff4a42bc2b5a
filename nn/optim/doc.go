// Package optim changes parameters along their gradients.
//
//   - [AdamW]: the optimiser, with groups that differ in weight decay and
//     learning rate, and a state that checkpoints can hold.
//   - [ClipGradNorm]: the global norm of all gradients, and the factor that
//     keeps it below a maximum.
//   - [Schedule]: the learning rate as a function of the step.
//
// One training step is
//
//	tape.Backward(…)                                     // fills Param.Grad
//	norm, scale := optim.ClipGradNorm(dev, params, 1)
//	opt.Step(schedule.LR(step), scale)                   // scale is applied on the way
//	opt.ZeroGrad()
package optim
