package reward

import "github.com/stepgrain/stepgrain/toolenv"

// Annotation is what somebody (a judge, a person) thought of one trajectory.
// Several opinions are averaged before.
type Annotation struct {
	SuccCalling  []float64 // per call before Finish, 0 to 1
	Contribution []float64 // per call before Finish, 0 to 5
	IsSolved     float64   // Solved 1, Unsure .5, Unsolved 0
}

// File gives the rewards of stored annotations:
//
//	r_t = (α·SuccCalling + Contribution/5) / (1 + α),   r_T = IsSolved
type File struct {
	Alpha       float64
	Annotations map[string]Annotation // by task id
}

func (File) Name() string { return "file" }

// Shape leaves calls without an annotation unrewarded; Missing finds them.
func (f File) Shape(t *toolenv.Trajectory) {
	unshape(t)
	a, ok := f.Annotations[t.Task.ID]
	if !ok {
		return
	}
	step := 0
	for i := range t.Turns {
		turn := &t.Turns[i]
		if i == len(t.Turns)-1 && isFinish(turn) {
			break
		}
		if step < len(a.SuccCalling) {
			give(turn, SuccCalling, f.Alpha*a.SuccCalling[step]/(1+f.Alpha), "file")
		}
		if step < len(a.Contribution) {
			give(turn, Contribution, a.Contribution[step]/5/(1+f.Alpha), "file")
		}
		step++
	}
	if n := len(t.Turns); n > 0 {
		give(&t.Turns[n-1], IsSolved, a.IsSolved, "file")
	}
}

// Missing lists the tasks of the trajectories that have no annotation, or one
// whose number of calls differs.
func (f File) Missing(list []*toolenv.Trajectory) []string {
	var ids []string
	for _, t := range list {
		calls := len(t.Turns)
		if calls > 0 && isFinish(&t.Turns[calls-1]) {
			calls--
		}
		a, ok := f.Annotations[t.Task.ID]
		if !ok || len(a.SuccCalling) != calls || len(a.Contribution) != calls {
			ids = append(ids, t.Task.ID)
		}
	}
	return ids
}
