package toolbench

import (
	"fmt"
	"strings"
)

// NameError is a name that cannot be that of a file in a folder.
type NameError struct{ Name, Reason string }

func (e *NameError) Error() string {
	return fmt.Sprintf("name %.80q cannot be a file: %s", e.Name, e.Reason)
}

// maxName is the longest name of a file, in bytes, on the usual file systems.
const maxName = 255

// CheckName refuses what is no name of one file: "", ".", "..", names with a
// separator or NUL, names of more than 255 bytes. The error is a *NameError.
func CheckName(name string) error {
	switch {
	case name == "":
		return &NameError{name, "it is empty"}
	case name == "." || name == "..":
		return &NameError{name, "it is a folder's"}
	case strings.ContainsAny(name, `/\`):
		return &NameError{name, "it has a separator"}
	case strings.ContainsRune(name, 0):
		return &NameError{name, "it has a NUL"}
	case len(name) > maxName:
		return &NameError{name, fmt.Sprintf("it has %d bytes, more than %d", len(name), maxName)}
	}
	return nil
}
