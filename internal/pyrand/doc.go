// Package pyrand is the random generator of CPython's module random: the
// Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) with Python's way of
// seeding it and of drawing from it. The released programs shuffle and choose with
// it, so their order of tasks and their choices can be had again.
//
// For randomness that need not equal Python's there is package rng.
package pyrand
