// Package toolenv holds what a tool-using policy meets: tasks, APIs described as
// ToolBench describes them, the parsers that read calls out of a model's text,
// the step of the environment, and the record of an episode. It knows no
// tensors: a policy is whatever continues a conversation.
//
// # Words
//
// A tool is a service with several APIs; a model sees an API as a function named
// {api}_for_{tool}. A task is a query with the functions on offer. One episode is
// a task played once: the policy writes an action, usually a call; the environment
// answers with an observation; and so on until the action is Finish or the budget
// of calls is used up. A turn (or step) is one action with its observation. A
// trajectory is the record of an episode, a milestone a fact that its task needs.
//
// # The way in
//
// [Rollout] plays a [Policy] in a list of [Env] and returns trajectories. Read
// [Episode.Step] first: it is the whole environment on one screen. The embedded
// world of tasks is in toolenv/world, rewards are in toolenv/reward, figures over
// many episodes in toolenv/metrics.
//
// # Token-exact records
//
// A policy hands over its actions with the token ids it sampled and the ids it was
// fed before ([Action]); the driver lays them end to end. So Trajectory.Tokens is
// what the model saw, and every span is a pair of indices into it. Nothing is
// tokenised twice and nothing is searched for in text.
package toolenv
