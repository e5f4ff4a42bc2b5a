package retrieve

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Document is an API as an index knows it.
type Document struct {
	Entry toolbench.Entry
	Text  string
	brief int // bytes of Text before the return schema
}

// Brief is the text without the return schema, for BM25: words of a schema are
// those of the data more than of the question, and make retrieval by words worse.
func (d Document) Brief() string { return d.Text[:d.brief] }

// NewDocument describes an API as ToolBench's retriever is given it:
//
//	category, tool, api, description, required_params: […], optional_params: […], return_schema: …
//
// with lists and schema as JSON, in Python's spacing; what is missing is "".
func NewDocument(e toolbench.Entry) Document {
	var b strings.Builder
	for _, s := range []string{e.Category, e.Tool, e.Name, e.Description} {
		b.WriteString(s)
		b.WriteString(", ")
	}
	b.WriteString("required_params: " + raw(e.Raw, "required_parameters"))
	b.WriteString(", optional_params: " + raw(e.Raw, "optional_parameters"))
	brief := b.Len()
	b.WriteString(", return_schema: " + raw(e.Raw, "template_response"))
	return Document{Entry: e, Text: b.String(), brief: brief}
}

func raw(d pyliteral.Dict, key string) string {
	v, ok := d.Get(key)
	if !ok || v == nil {
		v = ""
	}
	return pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true})
}

// Documents are the APIs of queries, each once, in the order of their first
// occurrence.
func Documents(queries []toolbench.Query) []Document {
	var docs []Document
	seen := map[[3]string]bool{}
	for _, q := range queries {
		for _, e := range q.APIs {
			key := [3]string{e.Category, e.Tool, e.Name}
			if !seen[key] {
				seen[key] = true
				docs = append(docs, NewDocument(e))
			}
		}
	}
	return docs
}

// FolderDocuments are the APIs of a tool folder, in the order of its files.
func FolderDocuments(f *toolbench.Folder) ([]Document, error) {
	var docs []Document
	for t, err := range f.All() {
		if err != nil {
			return nil, err
		}
		list, _ := t.Raw.Get("api_list")
		n := 0
		all, _ := list.(pyliteral.List)
		for _, v := range all {
			if d, ok := v.(pyliteral.Dict); ok { // as in t.APIs
				docs = append(docs, NewDocument(toolbench.Entry{API: t.APIs[n], Raw: d}))
				n++
			}
		}
	}
	return docs, nil
}
