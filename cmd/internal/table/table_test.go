package table_test

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
)

// Names come from folders, which may hold any character: a cell stays one cell.
func TestWriteOddNames(t *testing.T) {
	tab := table.Table{Title: "A = x*y", Columns: []table.Column{table.Left("Method")}}
	tab.Add("a\nb\x1b[31m")
	tab.Add("<b>`c` \\| d,\"e\"")
	for format, want := range map[string]string{
		"text":     "A = x*y\n\nMethod\n---------------\na\ufffdb\ufffd[31m\n<b>`c` \\| d,\"e\"\n",
		"markdown": "**A = x\\*y**\n\n| Method |\n| --- |\n| a\ufffdb\ufffd[31m |\n| \\<b>\\`c\\` \\\\\\| d,\"e\" |\n",
		"csv":      "Method\n\"a\nb\x1b[31m\"\n\"<b>`c` \\| d,\"\"e\"\"\"\n",
	} {
		var b strings.Builder
		if err := tab.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s:\n%q, want\n%q", format, b.String(), want)
		}
	}
}
