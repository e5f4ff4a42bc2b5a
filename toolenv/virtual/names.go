package virtual

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/clip"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// place says where the things of a request lie.
type place struct {
	store.Name
	realTool string // the tool's name as the real backend is asked
	document string // the tool's file in the tool folder, without .json
}

const forTool = "_for_"

// locate finds the names of a request.
func (s *Server) locate(r *request) (place, *Error) {
	p := place{Name: store.Name{Category: toolbench.StandardizeCategory(r.Category)}}
	if s.o.Released {
		p.locateReleased(r)
	} else {
		for _, name := range []string{r.Category, r.Tool, r.API} {
			if leads(name) {
				return p, fail(BadName, "%q is no name: it holds NUL, or an element . or ..", clip.Name(name))
			}
		}
		if strings.HasSuffix(r.Tool, forTool+p.Category) && strings.ContainsAny(r.Tool, `/\`) {
			return p, fail(BadName, "the tool %q has a separator", clip.Name(r.Tool))
		}
		p.locate(r)
		if p.document == "" || p.API == "" {
			return p, fail(BadName, "nothing is left of the names of %s", r.describe())
		}
	}
	if err := p.Check(); err != nil {
		return p, &Error{BadName, err}
	}
	return p, nil
}

// leads reports whether a name looks like a way to somewhere else. Separators alone
// do not: the documents of ToolBench have categories and APIs with a slash.
func leads(name string) bool {
	if strings.Contains(name, "\x00") {
		return true
	}
	for e := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if e == "." || e == ".." {
			return true
		}
	}
	return false
}

// locate sets the tool and the API. Both may come with the suffixes that functions
// of a model have: search_for_imdb, imdb_for_Movies.
func (p *place) locate(r *request) {
	suffix := forTool + p.Category
	p.realTool = strings.TrimSuffix(r.Tool, suffix)
	tool := toolenv.Standardize(p.realTool)
	p.document = tool
	p.Tool = tool + suffix
	api := toolenv.Standardize(r.API)
	for _, end := range []string{toolenv.Standardize(tool + suffix), tool} {
		if cut, ok := strings.CutSuffix(api, forTool+end); ok {
			api = cut
			break
		}
	}
	p.API = toolenv.ChangeName(api)
}

// locateReleased sets them as the released server does: the suffix of an API is
// looked for with the tool's name as it came, whose spelling it seldom has, and a
// tool's own "_for_" ends its name.
func (p *place) locateReleased(r *request) {
	p.Tool = r.Tool
	if !strings.HasSuffix(r.Tool, forTool+p.Category) {
		p.Tool = toolenv.Standardize(r.Tool) + forTool + p.Category
	}
	p.API, _, _ = strings.Cut(toolenv.ChangeName(toolenv.Standardize(r.API)), forTool+r.Tool)
	p.realTool, _, _ = strings.Cut(r.Tool, forTool)
	p.document, _, _ = strings.Cut(toolenv.Standardize(r.Tool), forTool)
}
