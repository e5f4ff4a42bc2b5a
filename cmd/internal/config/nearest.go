package config

import (
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// nearest returns the key that a mistyped one most likely means: the one with
// the fewest edits, where a right last part counts for more than a right
// section, as in "gamma" for "ppo.gamma".
func nearest(key string) string {
	key = strings.ToLower(key)
	best, bestCost := "", 1<<30
	for i := range Settings {
		s := &Settings[i]
		if s.Recorded {
			continue
		}
		cost := usage.Edits(key, s.Key)
		if part := s.Key[strings.LastIndex(s.Key, ".")+1:]; part != s.Key {
			cost = min(cost, usage.Edits(key[strings.LastIndex(key, ".")+1:], part)+2)
		}
		if cost < bestCost {
			best, bestCost = s.Key, cost
		}
	}
	return best
}
