package toolbench

import (
	"fmt"
	"io/fs"
	"iter"
	"strings"
)

// All yields the tools of the folder, by category and name. It goes on after a
// file that cannot be read, which it yields as an error.
func (f *Folder) All() iter.Seq2[*Tool, error] {
	return func(yield func(*Tool, error) bool) {
		root := f.root.FS()
		categories, err := fs.ReadDir(root, ".")
		if err != nil {
			yield(nil, fmt.Errorf("tool folder: %w", err))
			return
		}
		for _, c := range categories {
			// A link to a folder is one, too, if it stays inside; others lead nowhere.
			if st, err := fs.Stat(root, c.Name()); err != nil || !st.IsDir() {
				continue
			}
			files, err := fs.ReadDir(root, c.Name())
			if err != nil && !yield(nil, fmt.Errorf("tool folder: %w", err)) {
				return
			}
			for _, file := range files {
				stem, ok := strings.CutSuffix(file.Name(), ".json")
				if !ok || file.IsDir() {
					continue
				}
				if !yield(f.Tool(c.Name(), stem)) {
					return
				}
			}
		}
	}
}
