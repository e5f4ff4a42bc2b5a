package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// existing reads the output of a job from before: nil when there is none, or only
// a torn one. An output of another task or with other arguments is an error.
func (o *Options) existing(j Job) (*answers.Raw, error) {
	r, err := answers.ReadRaw(j.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		if st, serr := os.Stat(j.Path); serr == nil && st.Mode().IsRegular() {
			return nil, nil // torn, or something else by that name: it is written anew
		}
		return nil, err
	}
	want := o.Method.Args(o.Search, o.MaxQuery)
	what := ""
	switch {
	case r.Answer.Query != j.Query.Text:
		what = "is about another query"
	case pyliteral.Repr(r.Args) != pyliteral.Repr(want):
		what = fmt.Sprintf("was made with %s, not %s", pyliteral.Repr(r.Args), pyliteral.Repr(want))
	case (r.Own == nil) != o.Search.Released:
		what = "was made in another compatibility mode"
	case r.Own != nil && pyliteral.Repr(r.Answer.Functions) != pyliteral.Repr(o.task(j.Query).Tools()):
		what = "was made with other functions on offer"
	case r.Own != nil && r.Own.Limits != o.Search.Budget:
		what = fmt.Sprintf("was made with the budget %+v, not %+v", r.Own.Limits, o.Search.Budget)
	}
	if what != "" {
		return nil, fmt.Errorf("%s %s: use another folder, or overwrite", j.Path, what)
	}
	return r, nil
}
