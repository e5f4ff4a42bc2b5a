package judging

import "fmt"

// Made is an entry of a file of results: the task and who made it, "" for a
// language model.
type Made struct{ ID, Label string }

// GoOn says why a file of results cannot be gone on with: somebody else made it,
// or it has tasks that are not in question now and would be lost. tasks may be
// nil where that does not matter.
func GoOn(path string, old []Made, label string, tasks map[string]bool) error {
	others := 0
	for _, m := range old {
		if m.Label != label {
			return fmt.Errorf("%s holds results of %s, not of %s: give another -out, or -overwrite to replace them", path, who(m.Label), who(label))
		}
		if tasks != nil && !tasks[m.ID] {
			others++
		}
	}
	if others > 0 {
		return fmt.Errorf("%s holds results of %d tasks that are left out now: give another -out, or -overwrite to drop them", path, others)
	}
	return nil
}

func who(label string) string {
	if label == "" {
		return "a language model"
	}
	return label
}
