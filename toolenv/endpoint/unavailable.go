package endpoint

import "net/http"

// Unavailable reports whether the server, its address or the key is to blame and
// not what was asked: the same request may be answered later, or after the
// configuration is mended. A prompt that is too long, say, is not of this kind.
func (e *Error) Unavailable() bool {
	switch e.Kind {
	case TooLarge, Shape:
		return false
	case Status:
		return e.Status != http.StatusBadRequest && e.Status != http.StatusRequestEntityTooLarge && e.Status != http.StatusUnprocessableEntity
	}
	return true
}
