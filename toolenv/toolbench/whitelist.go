package toolbench

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Listed is what the released white list knows of a tool.
type Listed struct {
	Stem        string // name of the file up to its first dot
	Description any    // string or nil
}

// WhiteList maps the standardised name of every tool of the folder, whatever its
// category, to its file and description: the released inference decides by it
// which queries it can serve. Where two categories have a tool of one name, the
// last file in the order of names counts (the release: in the order of the file
// system).
func (f *Folder) WhiteList() (map[string]Listed, error) {
	f.once.Do(func() { f.white, f.err = f.whiteList() })
	return f.white, f.err
}

func (f *Folder) whiteList() (map[string]Listed, error) {
	white := map[string]Listed{}
	for t, err := range f.All() {
		if err != nil {
			return nil, err
		}
		first, _, _ := strings.Cut(t.Stem, ".")
		white[toolenv.Standardize(t.Name)] = Listed{first, get(t.Raw, "tool_description")}
	}
	return white, nil
}

// ReleasedAccepts is Accepts by the white list.
func (f *Folder) ReleasedAccepts(q *Query) (ok bool, missing string, err error) {
	white, err := f.WhiteList()
	if err != nil {
		return false, "", err
	}
	for _, e := range q.APIs {
		if tool := toolenv.Standardize(e.Tool); !has(white, tool) {
			return false, tool, nil
		}
	}
	return true, "", nil
}

func has[V any](m map[string]V, key string) bool { _, ok := m[key]; return ok }

// released is what the white list says of each API of a query, in order: nil
// for all when one is missing.
func (f *Folder) released(q *Query) ([]Listed, error) {
	white, err := f.WhiteList()
	if err != nil {
		return nil, fmt.Errorf("white list: %w", err)
	}
	ls := make([]Listed, len(q.APIs))
	for i, e := range q.APIs {
		l, ok := white[toolenv.Standardize(e.Tool)]
		if !ok {
			return nil, nil
		}
		ls[i] = l
	}
	return ls, nil
}
