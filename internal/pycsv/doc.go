// Package pycsv reads and writes tab separated files as Python's csv module does:
// a cell is quoted when it holds a tab, a quote or a line end, a quote in it is
// doubled, and line ends inside of quotes are kept as they are. Package
// encoding/csv makes "\r\n" there a "\n" and quotes other cells.
package pycsv
