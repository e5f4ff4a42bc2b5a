package table_test

import (
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
)

func ExampleTable_Write() {
	t := table.Table{
		Title:   "Pass rate",
		Columns: []table.Column{table.Left("Method"), table.Right("I1")},
		Notes:   []string{"* one file is absent"},
	}
	t.Add("sft", "50.7±1.6")
	t.Add("größer|kleiner", "9.1*")
	for _, format := range []string{"text", "markdown", "csv"} {
		if err := t.Write(os.Stdout, format); err != nil {
			panic(err)
		}
	}
	// Output:
	// Pass rate
	//
	// Method                I1
	// --------------  --------
	// sft             50.7±1.6
	// größer|kleiner      9.1*
	//
	// * one file is absent
	// **Pass rate**
	//
	// | Method | I1 |
	// | --- | ---: |
	// | sft | 50.7±1.6 |
	// | größer\|kleiner | 9.1\* |
	//
	// \* one file is absent
	// Method,I1
	// sft,50.7±1.6
	// größer|kleiner,9.1*
}
