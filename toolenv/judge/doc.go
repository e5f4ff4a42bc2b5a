// Package judge says how good an answer is: whether it solves its task, which of
// two is better, what each of its steps was worth, and whether a task can be
// solved at all.
//
// # Words used
//
//	status      Solved, Unsure or Unsolved (1, 1/2, 0)
//	repeat      one of several judgements of the same thing: a model that judges
//	            does not always say the same
//	pass rate   the mean status over tasks, once per repeat; published as mean and
//	            population standard deviation over the repeats
//	win rate    the share of tasks where more rounds prefer one of two systems
//	annotation  a success (0 or 1) and a contribution (0 to 5) for every step, and
//	            a status for the whole: what rewards per step are made of
//	answer      a converted answer (package answers)
//
// # The way in
//
// [New] makes a [Judge] that asks a language model through an OpenAI-compatible
// server, with the prompts of ToolBench's evaluator. [Rules] judges without a
// model and says so in everything that it writes. Both are a [Scorer]: [Pass]
// runs one over many answers. [Judge.Prefer] compares two systems ([Rules.Prefer]
// without a model), [Judge.Solvable] asks about tasks, [Hallucinated] lists calls
// of functions that do not exist.
//
// An [Annotator] judges steps: [LLM], [RuleAnnotator], [Hybrid] (rules first, the
// model sees well-formed calls only) or [Imported] (people's opinions from a
// file). [Annotate] runs one over many answers and writes StepTool's file.
//
// [Agreement] says how far evaluators agree with preferences of people.
//
// # What can go wrong
//
// A model's reply may be anything. One that cannot be used is asked for again, and
// after that recorded as a failure of that one repeat; the run goes on and nothing
// is left out silently. Results do not depend on the number of threads.
//
// Options.Released makes the same requests in the same order as the released
// evaluators, their waits and defects included. Where those end in an exception
// the run ends with an [Error] after the same requests.
package judge
