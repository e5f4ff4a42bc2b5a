package ppo

// Behaviour is exported for tests.
func (t *Trainer) Behaviour(b *Batch) { t.behaviour(b) }

// MoreCritic lets tests take further passes of the critic over a batch.
func (t *Trainer) MoreCritic(b *Batch) error { return t.moreCritic(b, &Report{}) }
