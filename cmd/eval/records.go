package main

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
)

// printRecords writes a list of structs as csv: a column per field, under its
// JSON name, with the values that JSON has; nothing where JSON has null.
func printRecords[T any](w io.Writer, list []T) error {
	var t table.Table
	typ := reflect.TypeFor[T]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		t.Columns = append(t.Columns, table.Left(name))
	}
	for _, r := range list {
		v := reflect.ValueOf(r)
		var cells []string
		for i := range typ.NumField() {
			cell, err := json.Marshal(v.Field(i).Interface())
			if err != nil {
				return fmt.Errorf("%s: %w", t.Columns[i].Name, err)
			}
			var s string
			switch {
			case string(cell) == "null":
			case json.Unmarshal(cell, &s) == nil:
				cell = []byte(s)
			}
			if string(cell) == "null" {
				cell = nil
			}
			cells = append(cells, string(cell))
		}
		t.Add(cells...)
	}
	return t.Write(w, "csv")
}
