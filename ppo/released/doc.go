// Package released is the trainer that StepTool's authors released, number by
// number, defects included: to study what they do, and to prove that the parts
// which the correct trainer shares with it compute the same.
//
// What departs from the correct form (docs/method.md tells it at length):
//
//   - the score of step k of n is multiplied by n − 1 − k, so that the reward of
//     the last step is lost ([ppo.PlaceRuns] with [ppo.Released]);
//   - advantages run over all positions with zeros on observations, so that
//     credit fades with their length ([Advantages]);
//   - the old log-probabilities are those of the current weights at the start of
//     each batch, whoever played the stored trajectories;
//   - the last batch of a pass over the data steps after every minibatch: 16
//     steps instead of 4, each on a quarter of the loss ([Settings.Steps]).
//
// The words are those of a recorded run: position p predicts token p+1, so all
// arrays of a batch are [rows, L−1] for the padded length L, and the mask of a
// position says whether the token it predicts is an action token.
//
// [ReadRun] reads a recorded run: rows, order of batches, permutations, initial
// adapter and value head. [Replay] repeats it with our model, autograd and
// optimiser and writes the same files. [Format], [Plan] and [Train] run the same
// trainer on a file of trajectories, with an order of our own; with [Trainer] a
// program takes one batch after another and keeps checkpoints between them, as
// train -compat released -data does.
package released
