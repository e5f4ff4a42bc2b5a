package answers

import (
	"fmt"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// ReadRaw reads a file of Raw.Write, of the release, or of ToolBench's published
// answers. A field that is missing counts as empty; one of another type is an
// error that names it.
func ReadRaw(path string) (*Raw, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := ParseRaw(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: not an output of a search: %w", path, err)
	}
	return r, nil
}

// ParseRaw reads the text of such a file.
func ParseRaw(text string) (*Raw, error) {
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, err
	}
	d, ok := v.(pyliteral.Dict)
	if !ok {
		return nil, fmt.Errorf("the file holds no JSON object")
	}
	r := &Raw{Document: d}
	var bad error
	f := fields{dict: d, bad: &bad}
	if _, ok := d.Get("answer_generation"); !ok {
		return nil, fmt.Errorf("no field answer_generation")
	}
	r.Win, r.Args = f.flag("win"), f.object("forward_args").dict
	for _, t := range f.objects("trys") {
		r.Trys = append(r.Trys, Try{Chain: t.chain("chain"), Win: t.flag("win")})
	}
	if _, ok := d.Get("tree"); ok {
		t := f.object("tree")
		r.Tree = &Tree{Size: t.number("size"), MaxLength: t.number("max_length"), Root: t.object("tree").node()}
	}
	for i := range f.list("compare_candidates") {
		r.Candidates = append(r.Candidates, f.item("compare_candidates", i))
	}
	r.Answer = f.object("answer_generation").generation()
	if _, ok := d.Get(ownKey); ok {
		r.Own = readOwn(f.object(ownKey))
	}
	if bad != nil {
		return nil, bad
	}
	return r, nil
}

func (f fields) generation() Generation {
	g := Generation{
		Valid: f.flag("valid_data"), FinalAnswer: f.text("final_answer"), FinishType: f.text("finish_type"),
		Functions: f.list("function"), QueryCount: f.number("query_count"), Tokens: f.number("total_tokens"), Query: f.text("query"),
	}
	lists := f.list("train_messages")
	if lists != nil {
		g.Messages = [][]RawMessage{}
	}
	for i := range lists {
		var list []RawMessage
		for _, m := range f.within("train_messages", i) {
			list = append(list, m.message())
		}
		g.Messages = append(g.Messages, list)
	}
	return g
}

func (f fields) message() RawMessage {
	m := RawMessage{Role: f.text("role"), Content: f.text("content"), Name: f.text("name"), CallID: f.id("tool_call_id")}
	if v, ok := f.dict.Get("valid"); ok {
		m.Invalid = v == false
	}
	for _, c := range f.objects("tool_calls") {
		fn := c.object("function")
		m.Calls = append(m.Calls, RawCall{ID: c.id("id"), Name: fn.text("name"), Arguments: fn.text("arguments")})
	}
	if v, _ := f.dict.Get("function_call"); v != nil { // clients write null beside tool_calls
		fn := f.object("function_call")
		m.Legacy = true
		m.Calls = append(m.Calls, RawCall{Name: fn.text("name"), Arguments: fn.text("arguments")})
	}
	return m
}

// node reads a node with its children, if they are written.
func (f fields) node() *RawNode {
	n := &RawNode{
		Terminal: f.flag("is_terminal"), Pruned: f.flag("pruned"), Finished: f.flag("finished"), Depth: f.number("depth"),
		Type: f.text("node_type"), Description: f.text("description"), Elo: f.float("Elo"),
		Observation: f.text("observation"), ChildCount: f.number("child_count"), ExpandNum: f.number("expand_num"),
	}
	if v, ok := f.dict.Get("observation_code"); ok && v != nil {
		code := f.number("observation_code")
		n.Code = &code
	}
	for _, c := range f.objects("children") {
		n.Children = append(n.Children, c.node())
	}
	return n
}
