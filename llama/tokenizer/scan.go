package tokenizer

import "strings"

// The split patterns of the common byte-level tokenizers, written as scanners.
// Each takes a text that is not empty and returns the length of its first
// piece; the pattern is given above it and the tests compare the two.

// scanner returns the length of the first piece of a text that is not empty.
type scanner func(s string) int

// The patterns as they stand in tokenizer.json files.
const (
	// PatternGPT2 is the split of GPT-2, SmolLM2 and others (the use_regex of
	// the ByteLevel pre-tokenizer).
	PatternGPT2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	// PatternLlama3 is the split of Llama 3: groups of up to three digits.
	PatternLlama3 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	// PatternQwen2 is the split of Qwen2, Qwen2.5 and Qwen3: every digit alone.
	PatternQwen2 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

var scanners = map[string]scanner{
	PatternGPT2:   scanGPT2,
	PatternLlama3: func(s string) int { return scanLlama3(s, 3) },
	PatternQwen2:  func(s string) int { return scanLlama3(s, 1) },
}

// scanGPT2 is PatternGPT2.
func scanGPT2(s string) int {
	if s[0] == '\'' {
		if n := contraction(s, false); n > 0 {
			return n
		}
	}
	start := 0
	if s[0] == ' ' && len(s) > 1 {
		start = 1 // " ?" of the three word patterns
	}
	switch c, n := classAt(s, start); c {
	case letter, number, other:
		return run(s, start+n, c)
	}
	end, last, _ := spaceRun(s)
	return trailingSpace(s, end, last)
}

// scanLlama3 is PatternLlama3 with digits = 3 and PatternQwen2 with digits = 1.
func scanLlama3(s string, digits int) int {
	if s[0] == '\'' {
		if n := contraction(s, true); n > 0 {
			return n
		}
	}
	c, n := classAt(s, 0)
	if c == letter {
		return run(s, n, letter)
	}
	if c == number {
		end := n
		for k := 1; k < digits && end < len(s); k++ {
			next, m := classAt(s, end)
			if next != number {
				break
			}
			end += m
		}
		return end
	}
	follow, m := newline, 0 // class and length of the second character
	if n < len(s) {
		follow, m = classAt(s, n)
	}
	switch {
	case follow == letter && c != newline: // one character in front of a word
		return run(s, n+m, letter)
	case c == other:
		return run(s, run(s, n, other), newline)
	case s[0] == ' ' && follow == other:
		return run(s, run(s, n, other), newline)
	}
	end, last, afterNewline := spaceRun(s)
	if afterNewline > 0 { // \s*[\r\n]+ reaches to the last line end of the run
		return afterNewline
	}
	return trailingSpace(s, end, last)
}

// contraction returns the length of 's 't 're 've 'm 'll 'd at the start of s,
// or 0. Folding case, the long s (ſ, U+017F) is an s.
func contraction(s string, fold bool) int {
	at := func(i int) byte {
		if i >= len(s) {
			return 0
		}
		if fold && s[i] >= 'A' && s[i] <= 'Z' {
			return s[i] + 'a' - 'A'
		}
		return s[i]
	}
	switch a, b := at(1), at(2); {
	case a == 's' || a == 't' || a == 'm' || a == 'd':
		return 2
	case a == 'r' && b == 'e', a == 'v' && b == 'e', a == 'l' && b == 'l':
		return 3
	case fold && strings.HasPrefix(s[1:], "ſ"):
		return 1 + len("ſ")
	}
	return 0
}
