package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/internal/regular"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

// sources are what the flags name, opened.
type sources struct {
	handler http.Handler
	closers []io.Closer
}

func (s *sources) Close() {
	for _, c := range s.closers {
		c.Close()
	}
}

// open opens everything that the flags name. The caller closes what came, also
// after an error.
func open(o options, stdout io.Writer) (*sources, error) {
	s := &sources{}
	limits := virtual.Limits{MaxBody: o.maxBody, MaxConcurrent: o.maxRequests, Overall: o.overall}
	switch {
	case o.log == "-" || o.log == "" && o.upstream:
		limits.Log = stdout
	case o.log != "":
		f, err := os.OpenFile(o.log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return s, err
		}
		s.closers = append(s.closers, f)
		limits.Log = f
	}
	if o.world {
		s.handler = virtual.Serve(worldservice.New(world.New(1, world.Options{Quick: o.quick}), worldservice.Options{}), limits)
		return s, nil
	}
	v := virtual.Options{Limits: limits, Save: o.save, Released: o.compat == "released", Upstream: o.upstream, Real: o.real, MaxReal: o.maxAnswer, Timeout: o.timeout}
	if o.cache != "" {
		c, err := openStore(o)
		if err != nil {
			return s, err
		}
		s.closers = append(s.closers, c)
		v.Store = c
	}
	if o.tools != "" {
		f, err := toolbench.OpenFolder(o.tools)
		if err != nil {
			return s, err
		}
		s.closers = append(s.closers, f)
		v.Tools = f
	}
	var err error
	if v.RealKey, err = readKey(o.realKeyFile); err != nil {
		return s, err
	}
	if o.simulator != "off" {
		if v.Simulator, err = simulator(o); err != nil {
			return s, err
		}
	}
	server, err := virtual.NewServer(v)
	if err != nil {
		return s, usage.Error(err)
	}
	s.handler = server
	return s, nil
}

func openStore(o options) (store.Store, error) {
	so := store.Options{MaxKeys: o.maxKeys, Released: o.compat == "released"}
	if o.store == "bbolt" {
		return store.OpenFile(o.cache, so)
	}
	return store.OpenDir(o.cache, so)
}

// simulator returns the client of the model that plays APIs.
func simulator(o options) (*endpoint.Client, error) {
	key, err := readKey(o.keyFile)
	if err != nil {
		return nil, err
	}
	e := endpoint.Options{BaseURL: o.simulator, Key: key, Model: o.model, Timeout: o.timeout, Overall: o.overall, MaxBody: o.maxAnswer, MaxConcurrent: o.maxRequests}
	if o.compat == "released" {
		e.Policy = endpoint.OpenAIPython
	}
	c, err := endpoint.New(e)
	if err != nil {
		return nil, usage.Errorf("-simulator: %w", err)
	}
	return c, nil
}

// mostKey is the longest key, in bytes.
const mostKey = 4096

// readKey reads a key from a file, so that it stands on no command line.
func readKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, size, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if size > mostKey {
		return "", fmt.Errorf("%s: %d bytes are no key", path, size)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(b))
	if key == "" {
		return "", fmt.Errorf("%s: no key in it", path)
	}
	return key, nil
}
