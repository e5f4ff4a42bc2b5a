package main

import "slices"

// cases lists everything that can be measured, limits first.
func cases() []benchmark {
	return slices.Concat(limitCases(), gemmCases(), rowCases(), attentionCases(), elementCases(), poolCases())
}
