package pipeline

import (
	"runtime/debug"
)

// release is the version that the CHANGELOG knows.
const release = "0.1.0"

// version says which code is running: the release, and the commit where the
// build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	commit, changed := "", false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if commit == "" {
		return release
	}
	v := release + "+" + commit[:min(12, len(commit))]
	if changed {
		v += "-changed"
	}
	return v
}
