// Package benchmodel builds the models and the work that benchmarks of whole
// steps share: one step of training, and one iteration of PPO. Everything is
// random but fixed: two programs that time them do the same arithmetic.
package benchmodel
