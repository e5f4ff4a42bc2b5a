package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// strategies are the ends of folder names and what they mean.
var strategies = []struct{ suffix, name string }{{"_cot", "cot"}, {"_dfs", "dfs"}, {"_dfsdt", "dfs"}}

// splitName takes the name of a system's folder apart.
func splitName(folder string) (method, strategy string, ok bool) {
	for _, s := range strategies {
		if m, found := strings.CutSuffix(folder, s.suffix); found && m != "" {
			return m, s.name, true
		}
	}
	return folder, "", false
}

// loadSystems reads the folders <method>_<cot|dfs> of dir, or dir itself if it has
// none of them, in the order of their names. What is left out, other folders and
// systems without an answer, gets a line on warn, unless there is an error to tell.
func loadSystems(dir string, warn io.Writer) ([]metrics.System, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var folders, others []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			continue
		}
		if _, _, ok := splitName(e.Name()); ok {
			folders = append(folders, path)
		} else {
			others = append(others, path)
		}
	}
	files := subsetFiles(entries)
	var left []string
	switch {
	case len(folders) > 0:
		for _, path := range others {
			left = append(left, path+": left out: its name does not end in _cot or _dfs")
		}
		for _, name := range files {
			left = append(left, filepath.Join(dir, name)+": left out: it is in no folder <method>_cot or <method>_dfs")
		}
	case len(files) > 0:
		folders = []string{dir}
	default:
		return nil, fmt.Errorf("%s: no folder <method>_cot or <method>_dfs with files <subset>.json", dir)
	}
	var systems []metrics.System
	from := map[[2]string]string{}
	for _, f := range folders {
		s, err := loadSystem(f)
		if err != nil {
			return nil, err
		}
		if !s.HasAnswers() {
			left = append(left, f+": left out: there is no answer in its files")
			continue
		}
		key := [2]string{s.Method, s.Strategy}
		if other, twice := from[key]; twice {
			return nil, fmt.Errorf("%s and %s: both are method %s with strategy %s: rename one", other, f, s.Method, s.Strategy)
		}
		from[key] = f
		systems = append(systems, s)
	}
	if len(systems) == 0 {
		return nil, fmt.Errorf("%s: there are no answers to measure", dir)
	}
	for _, l := range left {
		fmt.Fprintln(warn, "eval: "+l)
	}
	return systems, nil
}

// subsetFiles are the names of the files that hold judged answers.
func subsetFiles(entries []os.DirEntry) (names []string) {
	for _, e := range entries {
		if n := e.Name(); !e.IsDir() && strings.HasSuffix(n, ".json") && !strings.HasPrefix(n, ".") {
			names = append(names, n)
		}
	}
	return names
}

// loadSystem reads one folder of files <subset>.json, several at a time.
func loadSystem(dir string) (metrics.System, error) {
	// A path such as "." has no name of its own.
	full, err := filepath.Abs(dir)
	if err != nil {
		return metrics.System{}, err
	}
	s, folder := metrics.System{}, filepath.Base(full)
	s.Method, s.Strategy, _ = splitName(folder)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return s, err
	}
	files := subsetFiles(entries)
	if len(files) == 0 {
		return s, fmt.Errorf("%s: no files <subset>.json", dir)
	}
	slices.Sort(files)
	s.Subsets = make([]metrics.Subset, len(files))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range files {
		g.Go(func() (err error) {
			s.Subsets[i], err = loadSubset(filepath.Join(dir, name))
			// StableToolBench names its files <subset>_<folder>.json.
			s.Subsets[i].Name = strings.TrimSuffix(s.Subsets[i].Name, "_"+folder)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return s, err
	}
	from := map[string]string{}
	for i := range s.Subsets {
		name := s.Subsets[i].Name
		if other, twice := from[name]; twice {
			return s, fmt.Errorf("%s: %s and %s are both answers of %s: remove one", dir, other, files[i], name)
		}
		from[name] = files[i]
	}
	return s, nil
}

func loadSubset(path string) (metrics.Subset, error) {
	s := metrics.Subset{Name: strings.TrimSuffix(filepath.Base(path), ".json")}
	list, err := answers.LoadJudged(path)
	if err != nil {
		return s, err
	}
	s.Answers = make([]metrics.Answer, len(list))
	for i := range list {
		if s.Answers[i], err = metrics.FromJudged(&list[i]); err != nil {
			return s, fmt.Errorf("%s: query %s: %w", path, list[i].ID, err)
		}
	}
	if len(list) > 0 && s.Repeats() == 0 {
		return s, fmt.Errorf("%s: no answer has a verdict in is_solved: judge them first (eval judge -h)", path)
	}
	return s, nil
}
