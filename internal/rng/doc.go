// Package rng derives independent random streams from one seed and a path of
// names, so that no result depends on the order in which streams are used: a
// rollout draws the same numbers whatever ran before it, beside it, or on how
// many cores.
//
//	rnd := rng.New(seed, "rollout", iteration, task)
//
// A stream is ChaCha8 (package math/rand/v2) with the SHA-256 of seed and path
// as its key.
package rng
