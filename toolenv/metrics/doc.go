// Package metrics measures finished episodes: how many tasks are solved, which
// of the relevant APIs were used, how many calls it took.
//
// All rates lie in [0, 1]. Names follow StepTool's evaluation; where the paper's
// rule and the obvious one differ (recall), both are given.
package metrics
