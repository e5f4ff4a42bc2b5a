package judging

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Set is a file of answers to a set of tasks.
type Set struct {
	Name  string // of the set: the file's name without .json
	Model string // whose answers: the name of the folder
	Path  string
}

// Sets finds the sets of a path: a file, or the files <set>.json of a folder, in
// the order of their names.
func Sets(path string) ([]Set, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	files := []string{path}
	if st.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		files = nil
		for _, e := range entries {
			if !e.IsDir() && strings.HasSuffix(e.Name(), ".json") {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("%s: no files <set>.json in it", path)
		}
	}
	var out []Set
	for _, f := range files {
		abs, err := filepath.Abs(f)
		if err != nil {
			return nil, err
		}
		out = append(out, Set{Name: stem(f), Model: filepath.Base(filepath.Dir(abs)), Path: f})
	}
	return out, nil
}

// Match finds the file of a set in a path: the path itself, or <set>.json in it.
func (s *Set) Match(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if st.IsDir() {
		path = filepath.Join(path, s.Name+".json")
		_, err = os.Stat(path)
	}
	return path, err
}

// IDs are those of the set in a file or folder of id lists; nil for "".
func (s *Set) IDs(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	file, err := s.Match(path)
	if err != nil {
		return nil, err
	}
	ids, err := toolbench.LoadIDs(file)
	if err == nil && len(ids) == 0 {
		return nil, fmt.Errorf("%s: no ids in it", file)
	}
	return ids, err
}

func stem(path string) string { return strings.TrimSuffix(filepath.Base(path), ".json") }

// NowAndThen calls save at most once a second, and so seldom that saving takes a
// tenth of the time: a file that holds all results so far need not be written for
// each of them, least of all a large one.
func NowAndThen[T any](save func(T) error) func(T) error {
	next := time.Now().Add(time.Second)
	return func(v T) error {
		begun := time.Now()
		if begun.Before(next) {
			return nil
		}
		err := save(v)
		end := time.Now()
		next = end.Add(max(time.Second, 9*end.Sub(begun)))
		return err
	}
}

// Answers are the right answers of the tasks that have one, by id.
func Answers(path string) (map[string]string, error) {
	out := map[string]string{}
	if path == "" {
		return out, nil
	}
	list, err := toolbench.LoadQueries(path)
	for i := range list {
		if list[i].Answer != "" {
			out[list[i].ID] = list[i].Answer
		}
	}
	return out, err
}
