package answers

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// OutputSet is a folder of raw outputs.
type OutputSet struct {
	Dir string
	// Name is its path below the folder that was searched, with slashes, such as
	// G1_instruction or sample-0/G1_instruction; "" for that folder itself.
	Name string
}

// OutputSets finds the raw outputs of a method: in dir itself, which is one set, or
// in the folders below it, as runs over several subsets or samples leave them. The
// method "" stands for the one that all outputs have; it is returned.
//
// Released: as with Folder, and of folders below one with outputs nothing is
// taken, where the default asks which are meant.
func OutputSets(dir, method string, released bool) ([]OutputSet, string, error) {
	s := setFinder{method: method, released: released}
	if err := s.search(OutputSet{Dir: dir}); err != nil {
		return nil, "", err
	}
	switch {
	case method == "" && len(s.found) > 1:
		return nil, "", fmt.Errorf("answers: %s holds outputs of %s: say which method is wanted", dir, strings.Join(s.found, " and "))
	case method == "" && len(s.found) == 1:
		method = s.found[0]
	}
	switch {
	case len(s.sets) == 0 && method == "":
		return nil, "", fmt.Errorf("answers: %s holds no file {id}_{method}.json, the method being CoT@n, DFS_woFilter_wn or DFS_wn", dir)
	case len(s.sets) == 0:
		return nil, "", fmt.Errorf("answers: %s holds no file {id}_%s.json", dir, method)
	case len(s.sets) > 1 && s.sets[0].Name == "":
		return nil, "", fmt.Errorf("answers: %s holds outputs itself and in %s below: which are meant?", dir, s.sets[1].Name)
	}
	return s.sets, method, nil
}

type setFinder struct {
	method   string
	released bool
	sets     []OutputSet // by path, a folder before those below it
	found    []string    // methods, when none was asked for
}

func (s *setFinder) search(at OutputSet) error {
	entries, err := os.ReadDir(at.Dir)
	if err != nil {
		return err
	}
	holds := false
	for _, e := range entries {
		if s.takes(e) {
			holds = true
		}
	}
	if holds {
		s.sets = append(s.sets, at)
		if s.released {
			return nil
		}
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := s.search(OutputSet{Dir: filepath.Join(at.Dir, e.Name()), Name: path.Join(at.Name, e.Name())}); err != nil {
				return err
			}
		}
	}
	return nil
}

// takes tells an output that is wanted, and notes its method when any is.
func (s *setFinder) takes(e os.DirEntry) bool {
	stem, isOutput := outputStem(e)
	if !isOutput {
		return false
	}
	if s.method != "" {
		_, _, taken := outputID(stem, s.method, s.released)
		return taken
	}
	m := knownMethods.FindStringSubmatch(stem)
	if m == nil {
		return false
	}
	if !slices.Contains(s.found, m[1]) {
		s.found = append(s.found, m[1])
	}
	return true
}

// knownMethods are those of which it is known where a file's name has them.
var knownMethods = regexp.MustCompile(`_(CoT@\d+|DFS(?:_woFilter)?_w\d+)$`)
