package config

import (
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// alsoCalled are names that other programs give to the last part of a key.
var alsoCalled = map[string]string{
	"learning_rate": "lr", "batch_size": "batch", "rank": "r", "num_epochs": "epochs", "n_epochs": "epochs",
	"beta": "kl_coef", "clip_range": "clip_high", "entropy_coef": "entropy", "vf_coef": "coef", "max_grad_norm": "clip_norm",
}

// nearest returns the key that a mistyped one most likely means: the one with
// the fewest edits, where a right last part counts for more than a right
// section, as in "gamma" for "ppo.gamma".
func nearest(key string) string {
	key = strings.ToLower(key)
	section, last := key[:strings.LastIndex(key, ".")+1], key[strings.LastIndex(key, ".")+1:]
	if usual, ok := alsoCalled[last]; ok {
		key, last = section+usual, usual
	}
	best, bestCost := "", 1<<30
	for i := range Settings {
		s := &Settings[i]
		if s.Recorded {
			continue
		}
		cost := usage.Edits(key, s.Key)
		if part := s.Key[strings.LastIndex(s.Key, ".")+1:]; part != s.Key {
			cost = min(cost, usage.Edits(last, part)+2)
		}
		if cost < bestCost {
			best, bestCost = s.Key, cost
		}
	}
	return best
}
