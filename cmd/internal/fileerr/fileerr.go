package fileerr

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Explain turns "open a/b: no such file or directory" into "a/b: no such file
// or directory". Errors of other kinds, and nil, come back as they are.
func Explain(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	case errors.As(err, &l):
		return fmt.Errorf("%s: %w", l.New, l.Err)
	}
	return err
}
