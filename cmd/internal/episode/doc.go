// Package episode is the format of trajectories.jsonl: one played episode a
// line, with everything that training knew of it, so that nothing has to be
// guessed later.
//
// Arrays of numbers stand beside the tokens they belong to: the figures of a turn
// have one entry for every token of its span.
package episode
