package mcp

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Options of a server. One of Command and URL is set.
type Options struct {
	// Name under which the server's tools are offered; "" asks the server.
	Name string
	// Category of its tools; "" means "MCP".
	Category string
	// Tools that may be offered, by the server's names; nil for all.
	Tools []string

	// Command is a program with its arguments; it speaks over its standard input
	// and output.
	Command []string
	Dir     string // it runs in; "" is the current one
	// Env are further variables it gets, "NAME=value", or "NAME" for the value of
	// this process.
	Env []string

	// URL of a server with streamable HTTP.
	URL string
	// Header is sent to the URL's host only, such as Authorization.
	Header http.Header
	// Hosts that may be asked besides the URL's own: "host" or "host:port".
	Hosts []string

	Start      time.Duration // to connect and list the tools; 0 means 30 s
	Timeout    time.Duration // of one call; 0 means a minute
	MaxOutput  int           // bytes of an answer's text; 0 means 1 MiB
	MaxMessage int           // bytes of one message of the server; 0 means 16 MiB
	// Restarts is how often in a row, without a good answer in between, a server
	// that runs here may be started again; 0 means 3, negative never. One behind a
	// URL is asked again at every call: others keep it running.
	Restarts int
}

const (
	defaultCategory   = "MCP"
	defaultStart      = 30 * time.Second
	defaultTimeout    = time.Minute
	defaultMaxOutput  = 1 << 20
	defaultMaxMessage = 16 << 20
	defaultRestarts   = 3
)

// complete fills in the defaults.
func (o Options) complete() (Options, error) {
	if (len(o.Command) == 0) == (o.URL == "") {
		return o, errors.New("mcp: give a command or a URL, not both")
	}
	if min(o.Start, o.Timeout) < 0 || min(o.MaxOutput, o.MaxMessage) < 0 {
		return o, errors.New("mcp: a limit is negative")
	}
	or(&o.Category, defaultCategory)
	or(&o.Start, defaultStart)
	or(&o.Timeout, defaultTimeout)
	or(&o.MaxOutput, defaultMaxOutput)
	or(&o.MaxMessage, defaultMaxMessage)
	or(&o.Restarts, defaultRestarts)
	return o, nil
}

func or[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

// where names the server in messages. A URL's query and user may hold keys.
func (o *Options) where() string {
	if o.URL == "" {
		return o.Command[0]
	}
	u, err := url.Parse(o.URL)
	if err != nil {
		return "the URL"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// hide takes the URL's query out of an error, which messages of net/http have.
func (o *Options) hide(err error) error {
	u, perr := url.Parse(o.URL)
	if perr != nil || u.RawQuery == "" || !strings.Contains(err.Error(), u.RawQuery) {
		return err
	}
	return &hidden{strings.ReplaceAll(err.Error(), u.RawQuery, "…"), err}
}

type hidden struct {
	text string
	err  error
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.err }

// ParseTarget reads the short form of a server on a command line: a URL, or a
// command whose words are separated by spaces, with quotes ('…' or "…") around
// words that contain some. NAME= before either names the server:
//
//	https://example.com/mcp
//	files=npx -y server-filesystem "/home/a b"
func ParseTarget(s string) (Options, error) {
	var o Options
	if name, rest, ok := strings.Cut(s, "="); ok && name != "" && !strings.ContainsFunc(name, notOfName) {
		o.Name, s = name, rest
	}
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		o.URL = s
		return o, nil
	}
	var err error
	o.Command, err = words(s)
	return o, err
}

func notOfName(r rune) bool {
	return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func words(s string) ([]string, error) {
	var list []string
	var word strings.Builder
	var quote rune
	inside := false
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inside = r, true
		case unicode.IsSpace(r):
			if inside {
				list = append(list, word.String())
				word.Reset()
			}
			inside = false
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("mcp: %s: a quote %c is not closed", s, quote)
	}
	if inside {
		list = append(list, word.String())
	}
	if len(list) == 0 {
		return nil, errors.New("mcp: no command and no URL")
	}
	return list, nil
}
