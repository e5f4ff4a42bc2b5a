// Package dpo holds the loss of direct preference optimisation (Rafailov et
// al. 2023): raise the probability of a chosen response over that of a rejected
// one, relative to a reference model.
//
// The input of a pair are four sums of log-probabilities over the tokens of a
// response: of the policy and of the reference, for the chosen and the rejected
// response. A trainer gets the gradient in the tokens' log-probabilities by
// giving each token of the response the derivative that [Loss.Pair] returns.
package dpo
