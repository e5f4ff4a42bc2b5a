package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// Source holds the trajectories of one system on a set of tasks: a folder of raw
// outputs or a file of converted answers. It keeps where they are, not what they
// say, and reads each when it is asked for.
type Source struct {
	Path    string
	convert answers.ConvertOptions
	isDir   bool
	ids     []string
	outputs map[string]string // of a folder: id to path
	// converted is where the answers of a file stand; nil until somebody asks for
	// single ones.
	converted *jsonFile
}

// Open opens a folder or file. Of a folder it takes the raw outputs of o.Method
// ("": of the one method that they have), which are converted as o says. A Source is for one goroutine at a time.
func Open(path string, o answers.ConvertOptions) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &Source{Path: path, convert: o, isDir: info.IsDir()}
	if s.isDir {
		return s, s.folder()
	}
	return s, nil
}

// index goes through a file once to find where its answers stand.
func (s *Source) index() (err error) {
	if s.isDir || s.converted != nil {
		return nil
	}
	if s.converted, err = openJSON(s.Path); err == nil {
		s.ids = s.converted.keys
	}
	return err
}

func (s *Source) folder() error {
	sets, method, err := answers.OutputSets(s.Path, s.convert.Method, s.convert.Released)
	if err != nil {
		return err
	}
	if sets[0].Name != "" { // one trajectory per task is all that a Source has
		return fmt.Errorf("dataset: %s holds no outputs itself: give a folder below it, such as %s", s.Path, sets[0].Dir)
	}
	s.convert.Method = method
	files, err := answers.Folder(s.Path, s.convert.Method, s.convert.Released)
	if err != nil {
		return err
	}
	s.outputs = map[string]string{}
	for _, f := range files {
		if _, twice := s.outputs[f.ID]; !twice {
			s.ids = append(s.ids, f.ID)
		}
		s.outputs[f.ID] = f.Path
	}
	return nil
}

// IDs are the tasks, in the order of the file, or of the names in the folder.
func (s *Source) IDs() ([]string, error) {
	err := s.index()
	return s.ids, err
}

// Get reads the trajectory of a task; nil when there is none. The error is a
// *LeftOut for an output of which no trajectory can be made.
func (s *Source) Get(id string) (*Trajectory, error) {
	if err := s.index(); err != nil {
		return nil, err
	}
	if !s.isDir {
		v, ok, err := s.converted.get(id)
		if !ok || err != nil {
			return nil, err
		}
		c, err := answers.FromValue(id, v)
		if err != nil {
			return nil, fmt.Errorf("dataset: %s: task %s: %w", s.Path, id, err)
		}
		return FromConverted(c)
	}
	path, ok := s.outputs[id]
	if !ok {
		return nil, nil
	}
	r, err := answers.ReadRaw(path)
	var file *fs.PathError
	switch {
	case err == nil:
	case s.convert.Released || errors.As(err, &file):
		return nil, err
	default:
		return nil, &LeftOut{id, "cannot be read: " + err.Error()}
	}
	t, err := FromRaw(id, r, s.convert)
	var broken *answers.ConvertError
	if errors.As(err, &broken) {
		err = &LeftOut{id, "cannot be converted: " + broken.Reason}
	}
	return t, err
}

// Each goes through the trajectories in order. After an error other than *LeftOut
// nothing follows.
func (s *Source) Each() iter.Seq2[*Trajectory, error] {
	if !s.isDir {
		return s.stream
	}
	return func(yield func(*Trajectory, error) bool) {
		if s.convert.Released && s.convert.Draws == nil {
			// The release's draws are one stream, which only going in order follows.
			in := *s
			in.convert.Draws = answers.PythonDraws(s.convert.Seed)
			s = &in
		}
		for _, id := range s.ids {
			t, err := s.Get(id)
			var out *LeftOut
			if !yield(t, err) || err != nil && !errors.As(err, &out) {
				return
			}
		}
	}
}

// stream is Each of a file: from its beginning to its end, without an index.
func (s *Source) stream(yield func(*Trajectory, error) bool) {
	f, err := os.Open(s.Path)
	if err != nil {
		yield(nil, err)
		return
	}
	defer f.Close()
	for c, err := range answers.ReadEach(s.Path, f) {
		if err != nil {
			yield(nil, err)
			return
		}
		if t, err := FromConverted(c); !yield(t, err) {
			return
		}
	}
}
