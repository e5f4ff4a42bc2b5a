// Package ppo is step-grained proximal policy optimisation: trajectories become
// packed batches, every step's reward is put on the last token of its action,
// advantages are estimated over the sampled tokens alone, and the clipped
// losses of policy and critic are minimised.
//
// # Words
//
//   - token: one id of a trajectory. A token is sampled when the policy chose it;
//     prompt and observation tokens are not, and nothing is learned on them.
//   - step (or turn): one action of the policy, a run of sampled tokens.
//   - log-probability ℓ: of the sampled token, in nats, at the temperature of
//     sampling. old: when the episode was played; ref: of the reference model.
//   - value V_t: what the critic expects of the state before token t; it is read
//     from the hidden state that predicts t.
//   - advantage A_t: how much better the token was than expected; return G_t:
//     what the critic should have said.
//   - ratio ρ: exp(ℓ − old). Exactly 1 in the first minibatch of an iteration,
//     because sampling and training compute the same bits; the trainer counts
//     every token for which it is not.
//
// # The way in
//
// [Trainer.Iterate] is the algorithm on one screen. It asks a [Source] for
// episodes and returns a [Report]:
//
//	trainer, err := ppo.NewTrainer(model, dev, ppo.DefaultConfig(), seed)
//	for trainer.Iteration < 40 {
//		report, err := trainer.Iterate(ctx, source)
//		…                                    // write the report
//		state, err := trainer.State()        // tensors and JSON of a checkpoint
//	}
//
// [Trainer.Restore] takes a state back, to the bit. The sources are [Rollout],
// which plays episodes in an environment with a [ModelPolicy], and [Stored],
// which reads trajectories from a file. Settings are in [Config].
//
// # The pure part
//
// float64, one idea per file, the formula beside the code: [Row] and the
// estimators ([Trace], [TurnGAE], [Bilevel], [EveryToken]; by name: [Preset]),
// [Place] and [PlaceSteps] (rewards), [KLEstimator] and [KLController],
// [Whiten] and [Dead], [PolicyLoss], [ValueLoss], [Aggregation]. Package
// ppo/advantage holds the estimators that need no critic, ppo/released the
// trainer that StepTool's authors released, number by number, and
// ppo/baseline the methods that PPO is compared with.
package ppo
