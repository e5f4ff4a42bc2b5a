// Package reward turns a finished episode into rewards per step.
//
// Words: a step (or turn) is one action of the policy, usually a tool call. Its
// reward is a sum of components. SuccCalling asks whether the call went well,
// Contribution whether it helped, IsSolved whether the task was solved in the end
// (StepTool, section 3.1). A Shaper decides what each component is worth, and every
// component keeps the source it came from.
//
// [Rules] decide about a single call from what answered it, as released or
// corrected; [Combination] turns what judges said into rewards.
//
// The way in is ByName, then Shaper.Shape. Before training with a reward, ask
// Guard: a reward per step that pays for being busy teaches a policy to be busy.
package reward
