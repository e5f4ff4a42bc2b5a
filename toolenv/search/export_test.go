package search

// Verdict is for tests.
var Verdict = verdict
