// Package metrics writes the figures of a training run as it goes: one JSON
// object a line in metrics.jsonl, and the same numbers as TensorBoard scalars.
//
// A line begins with its stage and step. Only the fields time and seconds and
// those whose names end in _per_second depend on the clock; everything else is a
// function of the configuration, so that two runs can be compared byte by byte.
package metrics
