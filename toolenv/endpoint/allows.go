package endpoint

import (
	"fmt"
	"net/url"
)

// Allows says whether a URL may be asked: nil, or why not. It is for clients that
// send their requests themselves and follow redirects of their own.
func (g *Guard) Allows(u *url.URL) error {
	if why := g.refuses(u); why != "" {
		return fmt.Errorf("%s: %s", plain(u), why)
	}
	return nil
}
