package ppo

// KLController holds β, the weight of the KL penalty. With a Horizon it adapts
// β so that the measured KL approaches Target (Ziegler et al. 2019, §2.2):
//
//	e = clip(KL/Target − 1, −.2, .2)        β ← β·(1 + e·n/Horizon)
//
// with n the number of episodes since the last update. Horizon 0: β is fixed.
type KLController struct {
	Beta    float64 `json:"beta"`
	Target  float64 `json:"target,omitempty"`  // nats, summed over the sampled tokens of an episode
	Horizon float64 `json:"horizon,omitempty"` // episodes
}

// Update moves β after n episodes of the measured mean KL.
func (c *KLController) Update(kl float64, n int) {
	if c.Horizon <= 0 {
		return
	}
	e := min(max(kl/c.Target-1, -.2), .2)
	c.Beta *= 1 + e*float64(n)/c.Horizon
}
