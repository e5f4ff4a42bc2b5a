package world

// Gold lists the actions of a good solution, Finish included.
func Gold(e *Env) []string        { return append(e.goldActions(), e.goldFinish()) }
func Worst(e *Env, m Measure) int { return e.worstCase(m) }
