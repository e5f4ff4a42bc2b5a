package main

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
)

// printRecords writes a list of structs as csv: a column per field, under its
// JSON name, with the values that JSON has; nothing where JSON has null.
func printRecords[T any](w io.Writer, list []T) error {
	var t table.Table
	fields := reflect.VisibleFields(reflect.TypeFor[T]())
	fields = slices.DeleteFunc(fields, func(f reflect.StructField) bool { return f.Anonymous || f.Tag.Get("json") == "-" })
	for _, f := range fields {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		t.Columns = append(t.Columns, table.Left(name))
	}
	for _, r := range list {
		v := reflect.ValueOf(r)
		var cells []string
		for i, f := range fields {
			cell, err := json.Marshal(v.FieldByIndex(f.Index).Interface())
			if err != nil {
				return fmt.Errorf("%s: %w", t.Columns[i].Name, err)
			}
			var text *string
			if json.Unmarshal(cell, &text) != nil { // a number, say
				cells = append(cells, string(cell))
			} else if text == nil { // null
				cells = append(cells, "")
			} else {
				cells = append(cells, *text)
			}
		}
		t.Add(cells...)
	}
	return t.Write(w, "csv")
}
