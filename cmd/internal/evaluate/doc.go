// Package evaluate lets a policy play the sets of the embedded world under one
// budget, greedily and sampled, and writes down what came out: the lines of
// eval.json. What an episode gives depends on the task, the weights and the seed
// alone, so the sets can be played together, in any order and in any company.
package evaluate
