package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Formats are what -format of a command may be.
var Formats = []string{"text", "markdown", "csv", "json"}

// Table is a titled grid of texts. Every row has as many cells as there are
// columns.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Notes   []string // lines below: what a mark means, what a figure counts
}

// Column is the head of a column.
type Column struct {
	Name string
	Left bool // texts; numbers stand at the right
}

// Left returns the head of a column of texts, Right that of a column of numbers.
func Left(name string) Column { return Column{Name: name, Left: true} }

// Right returns the head of a column of numbers.
func Right(name string) Column { return Column{Name: name} }

// Add appends a row. It panics when there are more or fewer cells than columns.
func (t *Table) Add(cells ...string) {
	if len(cells) != len(t.Columns) {
		panic(fmt.Sprintf("table: Add: %d cells in a table of %d columns", len(cells), len(t.Columns)))
	}
	t.Rows = append(t.Rows, cells)
}

// Write prints the table as text, markdown or csv. CSV has neither title nor
// notes, and cells as they are; in the others a control character is shown as \uFFFD.
// It panics on any other format.
func (t *Table) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return t.visible().text(w)
	case "markdown":
		return t.visible().markdown(w)
	case "csv":
		return t.csv(w)
	}
	panic(fmt.Sprintf("table: Write: format %q", format))
}

// visible is the table without control characters: a name of a folder may hold
// any, and would tear the table or command the terminal.
func (t *Table) visible() *Table {
	clean := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return utf8.RuneError
			}
			return r
		}, s)
	}
	v := &Table{Title: clean(t.Title)}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, Column{clean(c.Name), c.Left})
	}
	all := func(list []string) (out []string) {
		for _, s := range list {
			out = append(out, clean(s))
		}
		return out
	}
	for _, r := range t.Rows {
		v.Rows = append(v.Rows, all(r))
	}
	v.Notes = all(t.Notes)
	return v
}

// text aligns the columns by the number of characters.
func (t *Table) text(w io.Writer) error {
	width := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		width[i] = utf8.RuneCountInString(c.Name)
		for _, r := range t.Rows {
			width[i] = max(width[i], utf8.RuneCountInString(r[i]))
		}
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(t.Title + "\n\n")
	}
	line := func(cells func(i int) string) {
		var l strings.Builder
		for i, c := range t.Columns {
			if i > 0 {
				l.WriteString("  ")
			}
			cell := cells(i)
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if c.Left {
				l.WriteString(cell + space)
			} else {
				l.WriteString(space + cell)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(func(i int) string { return t.Columns[i].Name })
	line(func(i int) string { return strings.Repeat("-", width[i]) })
	for _, r := range t.Rows {
		line(func(i int) string { return r[i] })
	}
	for i, n := range t.Notes {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(n + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// escapeMarkdown has every character stand for itself. A mark of HTML is one of
// Markdown.
var escapeMarkdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "`", "\\`", "<", `\<`)

func (t *Table) markdown(w io.Writer) error {
	var b strings.Builder
	if t.Title != "" {
		b.WriteString("**" + escapeMarkdown.Replace(t.Title) + "**\n\n")
	}
	for _, c := range t.Columns {
		b.WriteString("| " + escapeMarkdown.Replace(c.Name) + " ")
	}
	b.WriteString("|\n")
	for _, c := range t.Columns {
		if c.Left {
			b.WriteString("| --- ")
		} else {
			b.WriteString("| ---: ")
		}
	}
	b.WriteString("|\n")
	for _, r := range t.Rows {
		for _, cell := range r {
			b.WriteString("| " + escapeMarkdown.Replace(cell) + " ")
		}
		b.WriteString("|\n")
	}
	for _, n := range t.Notes {
		b.WriteString("\n" + escapeMarkdown.Replace(n) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *Table) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	head := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		head[i] = col.Name
	}
	if err := c.Write(head); err != nil {
		return err
	}
	if err := c.WriteAll(t.Rows); err != nil {
		return err
	}
	return c.Error()
}
