// Package metrics measures finished episodes and stored answers: how many tasks
// are solved, which of the relevant APIs were used, how many calls it took and
// what went wrong with them.
//
// [Measure] takes trajectories of this project's own environments, where solved
// is a fact. Stored answers have judges instead: an [Answer] is what a system did
// about a task and what judges said of it, several times over; a [System] are its
// answers by subset, and [Table] gives the figures of systems by group as
// StepTool's paper prints them, [Compare] those of two systems against each other,
// [SampleSet] those of several samples per task (pass@k).
//
// Rates of trajectories lie in [0, 1]; pass rates of stored answers are in percent,
// as they are published. Where the paper's rule and the obvious one differ (recall),
// both are given.
package metrics
