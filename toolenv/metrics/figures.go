package metrics

import "github.com/stepgrain/stepgrain/toolenv"

// Figures are what one answer adds to the figures of its group.
type Figures struct {
	Scores []float64 // by repeat
	Score  float64   // their mean; 0 without repeats
	Calls  int       // Finish included
	// Known: the relevant functions of the task are known, so that there is a recall.
	// Without, the next four are 0.
	Known                                            bool
	RecallPaper, RecallAny, RecallSuccess, Precision float64
	Finished, Answered, Clean                        bool
	Errors                                           Errors
}

// Reference says what is known about the tasks.
type Reference struct {
	// Relevant returns the relevant functions of a task, without Finish.
	Relevant func(id string) (names []string, known bool)
	// Fits checks the arguments of a call against the schema of a function of the
	// task; nil when no schemas are at hand.
	Fits func(id, name, arguments string) bool
	// Tasks is how many tasks a subset has; 0 when that is not known.
	Tasks func(subset string) int
	// Released counts error categories by what tools answered, see
	// [Answer.ReleasedCategories].
	Released bool
}

// Measure computes the figures of an answer that was judged repeats times.
func (r *Reference) Measure(a *Answer, repeats int) Figures {
	f := Figures{Scores: a.Scores(repeats), Calls: len(a.Calls), Finished: a.Finished(), Answered: a.Answered(), Clean: a.Clean()}
	for _, s := range f.Scores {
		f.Score += s / float64(repeats)
	}
	relevant, known := r.Relevant(a.ID)
	if known {
		calls := make([]called, len(a.Calls))
		for i, c := range a.Calls {
			calls[i] = called{c.Name, goodCall(c.Name, c.Response)}
		}
		u := usageOfCalls(calls, relevant)
		f.Known, f.RecallPaper, f.RecallAny, f.RecallSuccess, f.Precision = true, u.paper, u.any, u.success, u.precision
		if relevant == nil {
			relevant = []string{}
		}
	}
	if r.Released {
		f.Errors = a.ReleasedCategories()
		return f
	}
	var fits func(name, arguments string) bool
	if r.Fits != nil {
		fits = func(name, arguments string) bool { return name == toolenv.FinishName || r.Fits(a.ID, name, arguments) }
	}
	f.Errors = a.Categories(relevant, fits)
	return f
}
