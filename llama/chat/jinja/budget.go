package jinja

import (
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Bounds of one rendering; a template that exceeds them ends in an error.
// Templates come with checkpoints, so everything that takes time is counted in
// units of work, about ten nanoseconds each: a second at the most, and several
// times what the templates in use need for a megabyte of messages.
const (
	maxWork      = 32_000_000
	maxOutput    = 64 << 20 // bytes
	maxDepth     = 200      // of nested expressions, blocks, values and macro calls
	maxRange     = 100_000  // as in Jinja's sandbox
	maxItems     = 1 << 22  // of a list
	maxArguments = 255      // of a call, and parameters of a macro
	maxSource    = 1 << 18  // bytes of a template: a chain such as 1+1+1… runs as deep as it is long

	stepWork = 16 // units of a statement, a call, an operation that makes a value
)

// spend counts work. Loops over foreign data check as well.
func (s *state) spend(units int) { s.work += units }

// check ends a rendering that has spent too much.
func (s *state) check() error {
	if s.work > s.t.work {
		return errors.New("the template does not come to an end")
	}
	return nil
}

// step is one piece of work of common size.
func (s *state) step() error {
	s.work += stepWork
	return s.check()
}

// read counts what it takes to look through a string, or over the items of a
// list without looking into them.
func (s *state) read(v any) {
	switch v := v.(type) {
	case string:
		s.work += len(v) / 16
	case pyliteral.List:
		s.work += len(v)
	case pyliteral.Tuple:
		s.work += len(v)
	case pyliteral.Dict:
		s.work += len(v)
	}
}

// charge counts the work that went into a result.
func (s *state) charge(v any, err error) (any, error) {
	s.read(v)
	if err == nil {
		err = s.check()
	}
	return v, err
}

// text is str, counted.
func (s *state) text(v any) (string, error) {
	t := str(v)
	s.read(t)
	return t, s.check()
}

// measure bounds how much and how deep a value holds, so that writing or
// comparing it ends. It is asked wherever a template nests values.
func (s *state) measure(v any) error { return s.measureAt(v, 0) }

func (s *state) measureAt(v any, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("values nested more than %d deep", maxDepth)
	}
	if err := s.step(); err != nil {
		return err
	}
	if d, ok := v.(pyliteral.Dict); ok {
		for _, it := range d {
			if err := s.measureAt(it.Value, depth+1); err != nil {
				return err
			}
		}
	}
	list, _ := sequence(v)
	for _, x := range list {
		if err := s.measureAt(x, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func tooMany(n int) error {
	if n > maxItems {
		return fmt.Errorf("a list of %d items is too long", n)
	}
	return nil
}

func tooLong(n int, err error) error {
	if err == nil && n > maxOutput {
		err = fmt.Errorf("a string of %d bytes is too long", n)
	}
	return err
}
