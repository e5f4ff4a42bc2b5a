// Package jsonerr words the errors of encoding/json for people who have the file
// before them and not the Go types that it is read into.
package jsonerr
