package batch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/search"
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
		what = "was made with other arguments: " + argsDiffer(r.Args, want)
	case (r.Own == nil) != o.Search.Released:
		what = "was made in another compatibility mode"
	case r.Own != nil && pyliteral.Repr(r.Answer.Functions) != pyliteral.Repr(o.task(j.Query).Tools()):
		what = "was made with other functions on offer"
	case r.Own != nil && r.Own.Limits != o.Search.Budget:
		what = fmt.Sprintf("was made with %s, not with %s", budgetText(r.Own.Limits), budgetText(o.Search.Budget))
	}
	if what != "" {
		return nil, fmt.Errorf("%s %s: use another folder, or overwrite", j.Path, what)
	}
	return r, nil
}

// argsDiffer names the arguments that are not those wanted.
func argsDiffer(got, want answers.Args) string {
	var list []string
	for _, w := range want {
		key, _ := w.Key.(string)
		if v, ok := got.Get(key); !ok {
			list = append(list, fmt.Sprintf("no %s", key))
		} else if g, w := pyliteral.Repr(v), pyliteral.Repr(w.Value); g != w {
			list = append(list, fmt.Sprintf("%s %s, not %s", key, g, w))
		}
	}
	if len(list) == 0 { // more than wanted, or in another order
		return fmt.Sprintf("%s, not %s", pyliteral.Repr(got), pyliteral.Repr(want))
	}
	return strings.Join(list, "; ")
}

func budgetText(b search.Budget) string {
	if b == (search.Budget{}) {
		return "no budgets"
	}
	var list []string
	for _, l := range []struct {
		name string
		n    int
	}{{"turns", b.Turns}, {"calls", b.Calls}, {"queries", b.Queries}, {"tokens", b.Tokens}} {
		if l.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", l.n, l.name))
		}
	}
	return "a budget of " + strings.Join(list, ", ")
}
