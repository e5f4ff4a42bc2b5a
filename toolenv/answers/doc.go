// Package answers holds what a system answered on ToolBench's tasks, in the
// forms that ToolBench and StableToolBench give it.
//
// # Words used
//
//	raw        everything one run left behind: the attempts of a chain or the tree
//	           of a search, with prompts, observations and counts; one file per
//	           task, {id}_{method}.json
//	converted  the one path of a run that counts, as a chain of nodes; one file
//	           per set of tasks, an object by task id
//	steps      a converted answer as text, "Step 1: {'name': …}", for judges
//	judged     what judges said about it
//	old form   converted answers of the first ToolBench: every message is a text
//	           of at most 100 characters
//
// # The way in
//
// [Convert] and [ConvertFolder] make converted answers of raw ones, [Load] and
// [Save] read and write them, [Converted.Steps] takes one apart. [ReadEach]
// goes through a large file one answer at a time.
package answers
