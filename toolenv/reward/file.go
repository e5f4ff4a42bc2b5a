package reward

import (
	"bytes"
	"encoding/json"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Annotation is what somebody (a judge, a person) thought of one trajectory of
// one task. Several opinions are averaged before.
type Annotation struct {
	Query    string // of the task: an annotation is for the task with this query only
	Steps    []AnnotatedStep
	Final    string  // the argument object of Finish that was judged; "" when there was none
	IsSolved float64 // Solved 1, Unsure .5, Unsolved 0
}

// AnnotatedStep is one judged call before Finish.
type AnnotatedStep struct {
	Name, Args   string  // function and argument object, as written
	Response     string  // the observation that answered it
	SuccCalling  float64 // 0 to 1
	Contribution float64 // 0 to 5
}

// File gives the rewards of stored annotations:
//
//	r_t = (α·SuccCalling + Contribution/5) / (1 + α),   r_T = IsSolved
//
// An opinion is about what was seen, so it pays only what is the same. A step
// is paid by an annotated step of its task with the same function, the same
// arguments (as JSON values) and the same answer, and each annotated step pays
// once in an episode: repeating a call that was praised earns nothing. IsSolved
// is paid when the episode ends with the Finish that was judged, by its
// arguments. Everything else is left without a component; Coverage counts it.
type File struct {
	Alpha       float64
	Annotations map[string]Annotation // by task id
}

// Name implements Shaper.
func (File) Name() string { return "file" }

// Shape implements Shaper.
func (f File) Shape(t *toolenv.Trajectory) {
	unshape(t)
	a, ok := f.annotation(t)
	if !ok {
		return
	}
	used := make([]bool, len(a.Steps))
	for i := range t.Turns {
		turn := &t.Turns[i]
		if i == len(t.Turns)-1 && isFinish(turn) {
			if a.Final != "" && sameArguments(turn.Call.Args, a.Final) {
				give(turn, IsSolved, a.IsSolved, "file")
			}
			break
		}
		if k := a.find(turn, used); k >= 0 {
			used[k] = true
			give(turn, SuccCalling, f.Alpha*a.Steps[k].SuccCalling/(1+f.Alpha), "file")
			give(turn, Contribution, a.Steps[k].Contribution/5/(1+f.Alpha), "file")
		}
	}
}

// annotation is the one of a trajectory's task.
func (f File) annotation(t *toolenv.Trajectory) (Annotation, bool) {
	a, ok := f.Annotations[t.Task.ID]
	return a, ok && a.Query == t.Task.Query
}

// find returns the first annotated step that a turn is the same as and that has
// not been used, or -1.
func (a *Annotation) find(turn *toolenv.Turn, used []bool) int {
	if turn.Call == nil {
		return -1
	}
	for k := range a.Steps {
		s := &a.Steps[k]
		if !used[k] && s.Name == turn.Call.Name && s.Response == turn.Observation && sameArguments(turn.Call.Args, s.Args) {
			return k
		}
	}
	return -1
}

// sameArguments compares argument objects as JSON values: neither spaces nor the
// order of keys nor the way in which a character is escaped count.
func sameArguments(a json.RawMessage, b string) bool {
	return canonical(a) == canonical([]byte(b))
}

// canonical is the text of an argument object with sorted keys; a text that is
// no JSON object stands for itself.
func canonical(raw []byte) string {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var args map[string]any
	if err := dec.Decode(&args); err != nil || args == nil || dec.More() {
		return string(bytes.TrimSpace(raw))
	}
	return toolenv.CanonicalArgs(args)
}

// Coverage says how much of some shaped trajectories was annotated.
type Coverage struct {
	Episodes          int // with a task that is annotated
	Steps, Unpaid     int // actions, Finish included; those without an annotation of their own
	Complete          int // episodes every call of which is annotated (what is no call cannot be)
	AnnotatedEpisodes int // episodes at least one action of which is annotated
}

// Coverage counts what Shape found in trajectories that it has shaped.
func (f File) Coverage(list []*toolenv.Trajectory) Coverage {
	var c Coverage
	for _, t := range list {
		if _, ok := f.annotation(t); ok {
			c.Episodes++
		}
		paid, missing := 0, 0
		for i := range t.Turns {
			switch {
			case len(t.Turns[i].Rewards) > 0:
				paid++
			case t.Turns[i].Call != nil:
				missing++
			}
		}
		c.Steps, c.Unpaid = c.Steps+len(t.Turns), c.Unpaid+len(t.Turns)-paid
		if paid > 0 {
			c.AnnotatedEpisodes++
			if missing == 0 {
				c.Complete++
			}
		}
	}
	return c
}
