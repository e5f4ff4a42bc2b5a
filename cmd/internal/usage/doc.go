// Package usage words mistakes on a command line, so that every command answers
// them alike: one line on standard error that says what was most likely meant,
// and exit status 2.
//
// A command reads its flags with [Parse], returns what else is wrong with them
// as an [Errorf], and ends with the status of [Report]. [Nearest] finds the word
// that a mistyped one should have been.
package usage
