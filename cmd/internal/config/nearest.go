package config

import "strings"

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
		cost := edits(key, s.Key)
		if part := s.Key[strings.LastIndex(s.Key, ".")+1:]; part != s.Key {
			cost = min(cost, edits(key[strings.LastIndex(key, ".")+1:], part)+2)
		}
		if cost < bestCost {
			best, bestCost = s.Key, cost
		}
	}
	return best
}

// Nearest returns the word of a list that a mistyped one most likely means, or
// "" when none is near: half of its letters may be wrong.
func Nearest(word string, list []string) string {
	best, bestCost := "", len(word)/2+1
	for _, w := range list {
		if cost := edits(strings.ToLower(word), w); cost < bestCost {
			best, bestCost = w, cost
		}
	}
	return best
}

// edits is the Levenshtein distance between two words, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
