package usage

import "strings"

// Nearest returns the word of a list that a mistyped one most likely means, or
// "" when none is near: half of its letters may be wrong. The words of the list
// are in lower case.
func Nearest(word string, list []string) string {
	best, bestCost := "", len(word)/2+1
	for _, w := range list {
		if cost := Edits(strings.ToLower(word), w); cost < bestCost {
			best, bestCost = w, cost
		}
	}
	return best
}

// Edits is the Levenshtein distance between two words, in bytes.
func Edits(a, b string) int {
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
