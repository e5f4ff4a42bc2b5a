// Package judging holds what commands that ask a judge have in common: the flags
// that say whom to ask, files of keys, and sets of answers in folders.
package judging
