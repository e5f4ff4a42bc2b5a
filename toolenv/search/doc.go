// Package search looks for a solution of a task with a model and tools: single
// chains (CoT@n) and depth-first search in a tree of decisions (DFSDT; Qin et
// al. 2023, ToolLLM).
//
// # Words used
//
//	turn       what a model says at once: a thought and mostly one call
//	node       a level of the tree. A turn with one call makes three: the thought,
//	           the name of the function, its input with the observation. All
//	           depths are counted in them: 12 levels are four turns
//	candidate  one of the turns tried at a node
//	branch     the place of a turn: the candidates chosen on the way from the root,
//	           such as "0.1.0"; of a chain the number of the attempt, then zeros
//	leaf       where a chain ends: an answer, a give-up, or too deep
//
// # The way in
//
// [CoT] and [DFS], or a [Method] by its name in ToolBench, take a task and an
// environment of package toolbench and a [Model]. [TextModel] makes a Model of
// whatever continues texts; chat models are in package policy. Both give an
// answers.Raw, the file that the release writes. Package batch runs many.
//
// # Budgets
//
// [Budget] limits turns, calls, queries and tokens of a task. What was used, and
// which limit ended the search, stands in the output (answers.Own).
//
// # Released behaviour
//
// The released search has defects that change what models see and what is
// written. They are corrected by default; Options.Released and TextModel.Released
// bring them back, prompt by prompt and byte for byte:
//
//   - prompts to be different stay in the prompts of all later turns; ours are
//     seen by the turn that they are for, and by no other
//   - texts are read by a parser that never fails; ours is strict, and what was
//     wrong is shown to the model, with its text as it was
//   - the win of an attempt and the end of a chain are written as false, always
//   - the turn with which max_query_count is reached is paid for and thrown away
//   - a conversation in train_messages may hold a prompt that its turn did not see
//   - calls behind a Finish in the same turn are executed
//   - searches with ranking end the program (here: *toolbench.Crash); ours is in
//     rank.go, with its design
package search
