// Package toy is a task small enough for tests of the trainers: a query names a
// colour, the first action must call the tool of that colour, the second must
// repeat the word that the observation gives. A tiny model learns it in seconds.
//
// The words used here are those of package toolenv: an episode ([New]) is two
// turns of action and observation; its policy is a language model ([Model]) that
// reads and writes through a renderer ([Renderer]); [Demo] is what it imitates
// and [Shape] what its steps are paid.
//
// The way in: [Env.Step] is the whole world.
package toy
