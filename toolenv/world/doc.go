// Package world is the environment that comes with Stepgrain: a small invented
// world of facts, the tools that answer questions about it, tasks, and a
// demonstrator who plays them well enough to be imitated and badly enough to be
// surpassed.
//
// Nothing is stored. A fact is a hash of what is asked, a task is a function of
// a seed and a number, so the world is consistent, endless and the same on every
// machine. See the sub-package catalog for the tools, and docs/world.md for the
// list that is made from it.
package world
