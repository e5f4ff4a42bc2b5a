// Package world is the environment that comes with Stepgrain: a small invented
// world of facts, the tools that answer questions about it, tasks, and a
// demonstrator who plays them well enough to be imitated and badly enough to be
// surpassed.
//
// # How it is made
//
// Nothing is stored. A fact is a hash of what is asked (the director of the film
// Kolvanbar), a task is a function of a seed and a number. So the world is
// consistent, too large to learn by heart, and the same on every machine.
// The catalogue of categories and tools is in the sub-package catalog, one small
// file per category; docs/world.md lists it.
//
// A task is built in three moves, a file each: a question that needs one to six
// calls (question.go), the tools on offer for it (choose.go), and in training
// perhaps invented names for them (inventions.go). Env is the task, ready to be
// played; backend.go gives the answers, faulty APIs included.
//
// # Why it can be learned, and why not by heart
//
// Training shows only entities of pool 0, evaluation only of pool 1, and no link
// leads from one to the other. Half of the training tasks call their tools by
// fresh names, and some their categories too, so that a model has to copy names
// instead of remembering them: only then can it use tools it never saw. Queries
// are frames around noun phrases; a frame that is held out uses only words that
// training uses.
//
// # The demonstrator
//
// It knows the plan of a task and follows it with bad habits (Habits): it prefers
// the marked variant of an API where the list has one, repeats it after an error,
// answers too early, and in some categories asks the wrong tool. It always
// finishes, and is right a little more than half of the time. Sometimes it slips
// and writes something malformed; such turns are masked, not to be imitated, but
// what follows shows how to recover.
//
// # Other environments
//
// [World.Export] writes tasks and tools in the files of ToolBench, and [Desk]
// answers single calls, flaky APIs by the task and by how often it asked. Package
// toolenv/world/service makes of a desk what a ToolBench environment or a tool
// server calls. Exported tasks played there get the answers of this package's own
// episodes.
//
// # The way in
//
// [New], then [World.Demo] for imitation, [World.TrainTask] for reinforcement
// learning, [World.Set] for evaluation. [Oracle], [Repeater], [Random] and
// [World.Demonstrator] are policies to compare with.
package world
