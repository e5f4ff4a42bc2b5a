package judge

import (
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// PreferOptions of a comparison of two systems.
type PreferOptions struct {
	Rounds  int // 0 means 2
	Threads int // 0 means 1; a released judge uses one
	// IDs are the tasks to compare, in order; nil: those of the reference.
	IDs []string
	// RefPass and OutPass are pass results of the two systems. Where they differ in
	// a round, the better status wins without a question. nil: statuses are judged
	// here.
	RefPass, OutPass []answers.Judged
	// Scratch judges the statuses again where pass results are equal, instead of
	// taking those.
	Scratch bool
	// Existing are results of an earlier run: complete rounds are kept.
	Existing []Preference
	// Save, when set, is called with all results so far after each new one.
	Save func([]Preference) error
}

// Label is that of pass results which no language model made, "" without any. It
// becomes the label of what is decided with them.
func (o *PreferOptions) Label() string {
	for _, list := range [][]answers.Judged{o.RefPass, o.OutPass} {
		for i := range list {
			if list[i].Judge != "" {
				return list[i].Judge
			}
		}
	}
	return ""
}

// Preference says which of two systems did better on one task.
type Preference struct {
	ID       string
	Ref, Out int // rounds that each won
	// Complete tells the rounds that were judged, by number.
	Complete []bool
	Ties     int // rounds in which neither won; never in the released form
	Failures []answers.Failure
	// Judge labels what no language model alone decided ("rules"): also where only
	// pass results bear that label. Not in released files.
	Judge string
}

// side is who won a round.
type side int

const (
	refWon side = iota
	outWon
	tied
)

// PreferResult is what came out.
type PreferResult struct {
	Preferences []Preference
	Summary     PreferSummary
}

// PreferSummary counts tasks by the system that won more rounds. Tasks that have
// no complete round are left out of it and counted in Failed.
type PreferSummary struct {
	Tasks, Wins, Losses, Ties int // Wins are those of the second system
	Failed                    int
	Missing                   int // tasks that neither system has answered; left out too
	// ByPassRef and ByPassOut count rounds that the pass results decided.
	ByPassRef, ByPassOut int
}

// WinRate is the share of tasks that the second system won.
func (s *PreferSummary) WinRate() float64 { return share(s.Wins, s.Tasks) }

// TieRate is the share of tasks that neither won.
func (s *PreferSummary) TieRate() float64 { return share(s.Ties, s.Tasks) }

func share(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
