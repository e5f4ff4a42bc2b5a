package ppo

// Behaviour is exported for tests.
func (t *Trainer) Behaviour(b *Batch) { t.behaviour(b) }
