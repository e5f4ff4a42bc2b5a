package answers

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder lists the raw outputs of a method in a folder, in the order of their
// names: by task id, then by file.
//
// A file is the method's when its name is {id}_{method}.json; ToolBench's
// published answers have the model's name between the two (10_ChatGPT_DFS…).
// Released: when the method stands anywhere in the name, so CoT@1 also takes the
// files of CoT@10, and the id is what stands before the first "_".
func Folder(dir, method string, released bool) ([]RawFile, error) {
	entries, err := os.ReadDir(dir) // sorted by name; the release takes them as the disk has them
	if err != nil {
		return nil, err
	}
	var out []RawFile
	seen := map[string]string{}
	for _, e := range entries {
		stem, isOutput := outputStem(e)
		if !isOutput {
			continue
		}
		id, unique, taken := outputID(stem, method, released)
		if !taken {
			continue
		}
		if other, twice := seen[id]; twice && unique {
			return nil, fmt.Errorf("answers: %s: %s and %s are both answers to task %s: keep one", dir, other, e.Name(), id)
		}
		seen[id] = e.Name()
		out = append(out, RawFile{ID: id, Path: filepath.Join(dir, e.Name())})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("answers: %s holds no file {id}_%s.json", dir, method)
	}
	return out, nil
}

// RawFile is a raw output in a folder.
type RawFile struct{ ID, Path string }

// outputStem is the name of a file without its .json.
func outputStem(e os.DirEntry) (stem string, isOutput bool) {
	stem, isOutput = strings.CutSuffix(e.Name(), ".json")
	return stem, isOutput && (e.Type().IsRegular() || e.Type()&os.ModeSymlink != 0)
}

// outputID is the task of an output, if it is one of the method's; unique: no
// other file may be of the same task.
func outputID(stem, method string, released bool) (id string, unique, taken bool) {
	if released {
		id, _, _ = strings.Cut(stem+".json", "_")
		return id, false, strings.Contains(stem+".json", method)
	}
	head, taken := strings.CutSuffix(stem, "_"+method)
	return taskID(head), true, taken
}

// taskID is what stands before the method: all of it, or a number alone when one
// leads ("10_ChatGPT").
func taskID(head string) string {
	number, _, found := strings.Cut(head, "_")
	if found && number != "" && strings.Trim(number, "0123456789") == "" {
		return number
	}
	return head
}

// OutputError says which raw output cannot be read or converted.
type OutputError struct {
	Path string
	Err  error
}

// Error implements error.
func (e *OutputError) Error() string {
	var c *ConvertError
	if errors.As(e.Err, &c) {
		return e.Path + ": " + c.Reason
	}
	return e.Err.Error() // which begins with the path
}

// Unwrap returns what is wrong.
func (e *OutputError) Unwrap() error { return e.Err }

// ConvertFolder converts the raw outputs of a folder one at a time, in the order
// of Folder. An *OutputError stands in the place of an output that is broken: the
// others follow. After any other error, and with Released after all, nothing
// follows.
func ConvertFolder(dir string, o ConvertOptions) iter.Seq2[*Converted, error] {
	return func(yield func(*Converted, error) bool) {
		files, err := Folder(dir, o.Method, o.Released)
		if err != nil {
			yield(nil, err)
			return
		}
		if o.Draws == nil && o.Released {
			o.Draws = PythonDraws(o.Seed)
		}
		if !twice(files) {
			convertFiles(files, o)(yield)
			return
		}
		var list []Converted // only as released
		for c, err := range convertFiles(files, o) {
			if err != nil {
				yield(nil, err)
				return
			}
			list = append(list, *c)
		}
		for _, c := range ByID(list) {
			if !yield(&c, nil) {
				return
			}
		}
	}
}

func convertFiles(files []RawFile, o ConvertOptions) iter.Seq2[*Converted, error] {
	return func(yield func(*Converted, error) bool) {
		for _, f := range files {
			var c *Converted
			r, err := ReadRaw(f.Path)
			if err == nil {
				c, err = Convert(f.ID, r, o)
			}
			if err != nil {
				c, err = nil, &OutputError{f.Path, err}
			}
			if !yield(c, err) || err != nil && o.Released {
				return
			}
		}
	}
}

// twice tells whether an id has several files.
func twice(files []RawFile) bool {
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.ID] {
			return true
		}
		seen[f.ID] = true
	}
	return false
}

// ByID leaves one answer per task: the last one at the place of the first, as
// in a Python dict.
func ByID(list []Converted) []Converted {
	at := map[string]int{}
	out := list[:0:0]
	for _, c := range list {
		if i, twice := at[c.ID]; twice {
			out[i] = c
			continue
		}
		at[c.ID] = len(out)
		out = append(out, c)
	}
	return slices.Clip(out)
}
