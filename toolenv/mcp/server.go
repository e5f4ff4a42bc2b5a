package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Server is a connection to an MCP server, which is made again when it broke. It
// may be used by many goroutines.
type Server struct {
	opt   Options
	name  string // in requests: standardised
	title string // what the server says of itself, for the system text
	tools []Tool
	byAPI map[string]*Tool

	mu       sync.Mutex
	now      *connection
	inARow   int // restarts since the last answer
	restarts int // all
	closed   bool
}

// connection is one life of a server.
type connection struct {
	session *sdk.ClientSession
	link    link
	broken  bool // guarded by Server.mu
}

// link is what carries the protocol.
type link interface {
	sdk.Transport
	stop(within time.Duration)
	wake()          // ends a message that cannot be sent
	answered()      // a call was
	dead() bool     // nobody is at the other end
	tooLarge() bool // a message was beyond the limit
	last() string   // words the server died with
}

// maxTools and maxPages end the list of a server that would go on for ever;
// MaxMessage is the most bytes that it may have in all.
const (
	maxTools = 10_000
	maxPages = 1_000
)

// Connect starts or reaches a server and lists its tools. Close it.
func Connect(ctx context.Context, o Options) (*Server, error) {
	return connect(ctx, o, map[string]bool{})
}

// connect is Connect for a server whose name, and the names of whose functions,
// must not be among those that are taken; it adds them.
func connect(ctx context.Context, o Options, taken map[string]bool) (*Server, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &Server{opt: o, byAPI: map[string]*Tool{}}
	ctx, cancel := context.WithTimeout(ctx, o.Start)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("mcp: %s: %w", o.where(), o.hide(err))
	}
	list, err := listTools(ctx, c.session, o.MaxMessage)
	if err != nil {
		c.end()
		return nil, fmt.Errorf("mcp: %s: listing its tools: %w", o.where(), o.hide(err))
	}
	s.now = c
	name := o.Name
	if info := c.session.InitializeResult(); info != nil {
		if s.title = info.Instructions; name == "" && info.ServerInfo != nil {
			name = info.ServerInfo.Name
		}
	}
	s.name = free(toolenv.Standardize(name), "server", "", taken)
	taken[s.name] = true
	if err := s.offer(list, taken); err != nil {
		s.Close()
		return nil, fmt.Errorf("mcp: %s: %w", o.where(), err)
	}
	return s, nil
}

// free is a name that is not taken when it has the ending, with a number at its
// end where it would be.
func free(name, otherwise, ending string, taken map[string]bool) string {
	or(&name, otherwise)
	unique := name
	for n := 2; taken[unique+ending]; n++ {
		unique = name + "_" + strconv.Itoa(n)
	}
	return unique
}

// dial makes a new connection.
func (s *Server) dial(ctx context.Context) (*connection, error) {
	var l link
	if s.opt.URL == "" {
		l = newProcess(&s.opt)
	} else {
		w, err := newWeb(&s.opt)
		if err != nil {
			return nil, err
		}
		l = w
	}
	client := sdk.NewClient(&sdk.Implementation{Name: "stepgrain", Version: "1"}, &sdk.ClientOptions{
		Capabilities:   &sdk.ClientCapabilities{}, // servers are asked and do not ask
		MultiRoundTrip: &sdk.MultiRoundTripOptions{Disabled: true},
	})
	session, err := client.Connect(ctx, l, nil)
	if err != nil {
		l.stop(0)
		if text := l.last(); text != "" {
			err = fmt.Errorf("%w; it wrote: %s", err, text)
		}
		return nil, err
	}
	return &connection{session: session, link: l}, nil
}

// end closes a connection, whether or not the other end plays along.
func (c *connection) end() {
	closed := make(chan struct{})
	go func() {
		c.session.Close() // may wait for a server that says nothing
		close(closed)
	}()
	c.link.stop(grace)
	select {
	case <-closed:
	case <-time.After(grace):
	}
}

func listTools(ctx context.Context, session *sdk.ClientSession, limit int) ([]*sdk.Tool, error) {
	var list []*sdk.Tool
	size := 0
	params := &sdk.ListToolsParams{}
	for range maxPages {
		page, err := session.ListTools(ctx, params)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(page.Tools)
		if err != nil {
			return nil, err
		}
		if size += len(b); size > limit {
			return nil, fmt.Errorf("more than %d bytes", limit)
		}
		if list = append(list, page.Tools...); len(list) > maxTools {
			return nil, fmt.Errorf("more than %d tools", maxTools)
		}
		if page.NextCursor == "" {
			return list, nil
		}
		params = &sdk.ListToolsParams{Cursor: page.NextCursor}
	}
	return nil, fmt.Errorf("more than %d pages", maxPages)
}

var errClosed = errors.New("the connection was closed here")

// connected is the connection to use, a new one when the last is broken.
func (s *Server) connected(ctx context.Context) (*connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if s.now != nil && !s.now.broken && !s.now.link.dead() {
		return s.now, nil
	}
	last := ""
	if s.now != nil {
		last = s.now.link.last()
		s.now.end()
		s.now = nil
	}
	if s.opt.URL == "" && s.inARow >= s.opt.Restarts {
		err := fmt.Errorf("the server ended and was started again %d times", s.inARow)
		if last != "" {
			err = fmt.Errorf("%w; it wrote: %s", err, last)
		}
		return nil, err
	}
	s.restarts++
	s.inARow++
	ctx, cancel := context.WithTimeout(ctx, s.opt.Start)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.now = c
	return c, nil
}

// lost marks a connection as one not to be used again.
func (s *Server) lost(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.broken = true
}

// alive says that a connection works.
func (s *Server) alive(c *connection) {
	c.link.answered()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inARow = 0
}

// Restarts is how often the server was started or reached again.
func (s *Server) Restarts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restarts
}

// Name is the server's standardised name: the tool of its functions.
func (s *Server) Name() string { return s.name }

// Tools are what the server offers, in its order.
func (s *Server) Tools() []Tool { return slices.Clone(s.tools) }

// Close ends the connection, and the process of a server that runs here.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.now != nil {
		s.now.end()
		s.now = nil
	}
	return nil
}
