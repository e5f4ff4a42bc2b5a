// Package batch runs a search over many tasks: in parallel, resumable, and such
// that nothing in the results tells how many tasks ran at once or what was
// interrupted.
//
// # Words
//
//	job      one task, searched once; n samples of a task are n jobs
//	output   the file {id}_{method}.json that a job leaves (answers.Raw)
//	failure  a job without an output, with its reason: a line of failures.jsonl
//	summary  what the outputs add up to: summary.json
//
// # The way in
//
// [Run] with [Options]. Models and services come from Options.Parts, one pair a
// sample. The folder then holds
//
//	summary.json
//	failures.jsonl                       empty when there are none
//	{id}_{method}.json                   or
//	{subset}/{id}_{method}.json          when the queries are of several subsets
//	sample-{k}/…                         the same for every sample, when there are several
//
// # Resuming
//
// A job whose output is there is not run again, unless the file is torn. One that
// was made with other arguments is an error: a folder holds the results of one
// set of arguments. Failed jobs are run again; a search without an answer in which
// the model could not be reached, as when its server is down, is one of them.
//
// # Randomness
//
// The choice among leaves that gave up has a stream of its own for every job. In
// the released form all tasks are shuffled and all choices are drawn with one
// generator of Python's, seeded with 42, in the order of the tasks; that order is
// kept with any number of threads.
package batch
