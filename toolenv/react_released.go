package toolenv

import "strings"

// ParseReleased reads a model's text as the released pipeline does. It never
// fails: a mark that is missing counts as found at position -1, which
// cuts letters off the neighbouring parts (a text without "Thought: " loses its
// first eight characters, and so on). Kept because stored results show these
// effects; positions count characters, not bytes, as in Python.
func ParseReleased(text string) (thought, action, input string) {
	s := []rune(text)
	n := len(s)
	thought = slice(s, find(text, "Thought: ")+9, find(text, "\nAction: "), n)
	action = slice(s, find(text, "Action: ")+8, find(text, "\nAction Input: "), n)
	input = slice(s, find(text, "Action Input: ")+14, n, n)
	return thought, action, input
}

// find is Python's str.find: a character position, or -1.
func find(text, sub string) int {
	i := strings.Index(text, sub)
	if i < 0 {
		return -1
	}
	return len([]rune(text[:i]))
}

// slice is Python's s[from:to]; a negative end counts from the back.
func slice(s []rune, from, to, n int) string {
	if to < 0 {
		to += n
	}
	from, to = min(max(from, 0), n), min(max(to, 0), n)
	if from >= to {
		return ""
	}
	return string(s[from:to])
}
