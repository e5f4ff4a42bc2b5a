// Package advantage holds the estimators that need no critic: they compare the
// episodes of one task with each other. Package ppo holds those with a critic.
//
// The words used here:
//
//   - group: the episodes of one task (samples of one prompt). A group is an
//     integer; equal integers are one group.
//   - return: the sum of the rewards of an episode.
//   - baseline: what is subtracted from the return; here a mean of the group.
//
// [GRPO] and [RLOO] give one number per episode, [GiGPO] one per step,
// [Reinforce] one per token. [VAPO] and [RelativeLambda] are not estimators but
// rules for λ of GAE that depend on the length of an episode.
package advantage
