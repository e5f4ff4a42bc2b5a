package world

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// offered is one API in a task's list.
type offered struct {
	fn     *function
	offer  catalog.Offer
	name   string // function name, with invented words where the task has them
	second bool   // answers a second field that nobody asked for
}

// backend answers the calls of one task.
type backend struct {
	base  *base
	pool  int8
	seed  uint64 // of this task's flaky APIs
	list  []offered
	words map[*kind]string // invented category words
}

func (b *backend) word(k *kind) string {
	if w, ok := b.words[k]; ok {
		return w
	}
	return k.Word
}

// Call answers as the API behind list[api] would. Which of a flaky API's calls
// time out depends on the task, the call and how often it was made.
func (b *backend) Call(api int, args map[string]any, occurrence int) toolenv.Response {
	o := &b.list[api]
	switch o.offer.Marker {
	case catalog.Legacy:
		return refuse(toolenv.StatusNotWorking, "deprecated")
	case catalog.Beta:
		h := splitmix(b.seed ^ hashString(o.name+toolenv.CanonicalArgs(args)))
		h = splitmix(h + uint64(occurrence))
		if h%10 < 6 {
			if splitmix(h)%3 == 0 {
				return refuse(toolenv.StatusTooManyRequests, "Too many requests error...")
			}
			return refuse(toolenv.StatusTimeout, "Timeout error...")
		}
	}
	switch o.fn.verb {
	case "calc":
		return b.calc(o, whole(args["a"]), whole(args["b"]))
	case "find":
		return b.find(o, args["name"].(string), args["exact"] != false)
	}
	return b.get(o, args)
}

// whole is an argument that the schema says is an integer. One beyond the range
// of int64 arrives as a float64: it becomes the largest int64 of its sign, which is
// no record's code and too large to compute with.
func whole(v any) int64 {
	switch n := v.(type) {
	case int64:
		return n
	case float64:
		if n < 0 {
			return math.MinInt64
		}
	}
	return math.MaxInt64
}

func refuse(s toolenv.Status, text string) toolenv.Response {
	return toolenv.Response{Status: s, Error: text}
}

// good completes a response: only an API without a fault, or a flaky one that
// did answer, tells a fact.
func (o *offered) good(body, fact string) toolenv.Response {
	r := toolenv.Response{Body: body, Fact: fact}
	switch o.offer.Marker {
	case catalog.Lite, catalog.Plus, catalog.Mini:
		r.Fact = ""
	}
	return r
}

func (b *backend) calc(o *offered, x, y int64) toolenv.Response {
	const limit = 1 << 52
	if x > limit || x < -limit || y > limit || y < -limit {
		return refuse(toolenv.StatusMessage, "number too large")
	}
	var result string
	switch o.fn.word {
	case "sum":
		result = strconv.FormatInt(x+y+b.drift(o), 10)
	case "max":
		result = strconv.FormatInt(max(x, y)+b.drift(o), 10)
	case "compare":
		higher := "equal"
		if x > y != (b.drift(o) > 0) && x != y {
			higher = "a"
		} else if x != y {
			higher = "b"
		}
		result = strconv.Quote(higher)
	}
	if o.offer.Marker == catalog.Mini {
		return o.good("{}", "")
	}
	return o.good(`{"`+o.fn.answerField()+`": `+result+`}`, calcFact(o.fn, x, y))
}

// drift is by how much an outdated calculator is wrong.
func (b *backend) drift(o *offered) int64 {
	if o.offer.Marker == catalog.Lite {
		return 1
	}
	return 0
}

func (b *backend) find(o *offered, name string, exact bool) toolenv.Response {
	k := o.fn.kind
	i, ok := indexOfName[name]
	if !ok && !exact {
		i, ok = indexOfFolded[strings.ToLower(name)]
	}
	if !ok || k.pool[i] != b.pool {
		return b.notFound(k)
	}
	if o.offer.Marker == catalog.Mini {
		return o.good("{}", "")
	}
	return o.good(fmt.Sprintf(`{"code": %d}`, entityID(i, k.idOffset)), findFact(o.fn, i))
}

func (b *backend) notFound(k *kind) toolenv.Response {
	return refuse(toolenv.StatusMessage, b.word(k)+" not found")
}

func (b *backend) get(o *offered, args map[string]any) toolenv.Response {
	k := o.fn.kind
	i := k.lookup(args)
	if i < 0 || k.pool[i] != b.pool {
		return b.notFound(k)
	}
	limit, hasLimit := args["limit"].(int64)
	if !hasLimit {
		limit = 10
	}
	asked := o.fn.field
	switch o.offer.Marker {
	case catalog.Mini:
		return o.good("{}", "")
	case catalog.Lite:
		return o.good("{"+fieldJSON(asked, b.base.stale(i, asked), limit)+"}", "")
	case catalog.Plus:
		asked = k.other(asked)
	}
	fields := []*field{asked}
	if args["full"] == true {
		fields = k.fields
	} else if o.second {
		fields = b.withSecond(asked, o)
	}
	parts := make([]string, len(fields))
	for n, f := range fields {
		parts[n] = fieldJSON(f, b.base.get(i, f), limit)
	}
	r := o.good("{"+strings.Join(parts, ", ")+"}", getFact(o.fn, i))
	if limit < int64(len(b.base.get(i, asked).index)) {
		r.Fact = "" // not the whole list
	}
	return r
}

// withSecond adds a field that nobody asked for, before or after the asked one.
func (b *backend) withSecond(asked *field, o *offered) []*field {
	k := asked.kind
	h := hashString(o.name)
	extra := k.fields[(h>>8)%uint64(len(k.fields))]
	if extra == asked || extra.Many {
		return []*field{asked}
	}
	if h&1 == 0 {
		return []*field{extra, asked}
	}
	return []*field{asked, extra}
}

// lookup finds the record that the arguments name, or -1.
func (k *kind) lookup(args map[string]any) int {
	switch k.Key {
	case "code":
		return indexOfID(whole(args["code"]), k.idOffset)
	case "date":
		return indexOfDate(args["date"].(string))
	}
	if i, ok := indexOfName[args["name"].(string)]; ok {
		return i
	}
	return -1
}

// other is the field that a misleadingly named API answers.
func (k *kind) other(f *field) *field {
	g := k.Category.Other(catalog.Function{Word: f.Word, Field: f.Field})
	for _, x := range k.fields {
		if x.Field == g || x.Word == g.Word {
			return x
		}
	}
	panic("world: no other field for " + k.Word + "." + f.Word)
}

// fieldJSON writes "word": value.
func fieldJSON(f *field, v value, limit int64) string {
	name := `"` + f.Word + `": `
	switch {
	case v.kind == nil:
		return name + strconv.Itoa(v.num)
	case !f.Many:
		return name + `"` + v.kind.show(v.index[0]) + `"`
	}
	shown := []string{}
	for n, i := range v.index {
		if int64(n) < limit {
			shown = append(shown, `"`+v.kind.show(i)+`"`)
		}
	}
	return name + "[" + strings.Join(shown, ", ") + "]"
}

// Facts name what a call asks, whichever tool is called.

func calcFact(f *function, x, y int64) string {
	// All three operations say the same with a and b exchanged.
	return fmt.Sprintf("%s(%d, %d)", f.label(), min(x, y), max(x, y))
}

func findFact(f *function, index int) string { return f.label() + "(" + entityName(index) + ")" }

func getFact(f *function, index int) string {
	if f.kind.Key == "code" {
		return f.label() + "(" + strconv.Itoa(entityID(index, f.kind.idOffset)) + ")"
	}
	return f.label() + "(" + f.kind.show(index) + ")"
}
