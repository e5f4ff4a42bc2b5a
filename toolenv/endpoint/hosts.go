package endpoint

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// hostNames are the host:port pairs that an entry of an allow-list stands for.
func hostNames(entry string) ([]string, error) {
	bad := fmt.Errorf("host %q: want a name such as api.example.com, or one with a port such as 127.0.0.1:8000", entry)
	if entry == "" || strings.ContainsAny(entry, "/@?# ") {
		return nil, bad
	}
	if host, port, err := net.SplitHostPort(entry); err == nil {
		if host == "" || port == "" {
			return nil, bad
		}
		return []string{join(host, port)}, nil
	}
	host := strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]")
	if strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return nil, bad
	}
	return []string{join(host, "80"), join(host, "443")}, nil
}

// join writes a host and a port in one way. Only ASCII letters are made small:
// Unicode's rules would make api of apİ, which names another host.
func join(host, port string) string {
	small := func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return net.JoinHostPort(strings.Map(small, strings.TrimSuffix(host, ".")), port)
}

// hostOf is a URL's host:port, the port of the scheme written out.
func hostOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return join(u.Hostname(), port)
}

// refuses says why a URL may not be asked, "" when it may.
func (g *Guard) refuses(u *url.URL) string {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Sprintf("the scheme is %q, not http or https", u.Scheme)
	case u.Hostname() == "":
		return "no host is named"
	case !g.hosts[hostOf(u)]:
		return "the host is not among those allowed"
	}
	return ""
}

// plain is a URL without user, query and fragment, where keys may stand.
func plain(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
