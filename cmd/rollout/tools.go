package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/mcp"
	"github.com/stepgrain/stepgrain/toolenv/record"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

// tools is what answers calls.
type tools struct {
	o       *options
	folder  *toolbench.Folder
	group   mcp.Group // of -mcp
	service service.Service
	world   *world.World // answers instead of a service, with one for every sample
	closers []io.Closer  // last opened, first closed
}

// openTools opens what the flags name. The caller closes it, also after an error.
func openTools(ctx context.Context, o *options) (t *tools, err error) {
	t = &tools{o: o}
	if o.toolRoot != "" {
		if t.folder, err = toolbench.OpenFolder(o.toolRoot); err != nil {
			return t, err
		}
		t.closers = append(t.closers, t.folder)
	}
	switch {
	case len(o.mcp) > 0:
		err = t.connect(ctx)
	case o.replay != "":
	case o.tools == "world":
		t.world = world.New(o.worldSeed, world.Options{Quick: o.quick})
	case strings.Contains(o.tools, "://"):
		t.service, err = virtual.NewClient(o.tools, virtual.ClientOptions{Timeout: o.toolTimeout, Released: o.released})
		if err != nil {
			err = usage.Errorf("-tools: %w", err)
		}
	default:
		err = t.openStored()
	}
	return t, err
}

// connect starts or reaches the MCP servers.
func (t *tools) connect(ctx context.Context) error {
	var list []mcp.Options
	for _, s := range t.o.mcp {
		m, err := mcp.ParseTarget(s)
		if err != nil {
			return usage.Errorf("-mcp %q: %w", s, err)
		}
		m.Timeout = t.o.toolTimeout
		list = append(list, m)
	}
	g, err := mcp.ConnectAll(ctx, list)
	if err != nil {
		return err
	}
	t.group, t.service = g, g
	t.closers = append(t.closers, g)
	return nil
}

// openStored answers from what a tool server has stored, and from nothing else.
func (t *tools) openStored() error {
	info, err := os.Stat(t.o.tools)
	if err != nil {
		return err
	}
	var s store.Store
	if info.IsDir() {
		s, err = store.OpenDir(t.o.tools, store.Options{Released: t.o.released})
	} else {
		s, err = store.OpenFile(t.o.tools, store.Options{})
	}
	if err != nil {
		return err
	}
	if c, ok := s.(io.Closer); ok {
		t.closers = append(t.closers, c)
	}
	t.service, err = virtual.NewServer(virtual.Options{Store: s, Tools: t.folder, Upstream: true})
	return err
}

// sample is the service of a sample: recorded or replayed if the flags say so,
// every sample in a folder of its own when there are several.
func (t *tools) sample(k int) (service.Service, error) {
	folder := func(dir string) string {
		if t.o.samples > 1 {
			return filepath.Join(dir, fmt.Sprintf("sample-%d", k))
		}
		return dir
	}
	s := t.service
	if t.world != nil {
		s = worldservice.New(t.world, worldservice.Options{}) // it counts what a task asked before
	}
	switch {
	case t.o.replay != "":
		r, err := record.Open(folder(t.o.replay))
		if err != nil {
			return nil, err
		}
		t.closers = append(t.closers, r)
		return r, nil
	case t.o.record != "":
		r, err := record.New(s, folder(t.o.record))
		if err != nil {
			return nil, err
		}
		t.closers = append(t.closers, r)
		return r, nil
	}
	return s, nil
}

// notes are what recordings have to say about files that a killed run left.
func (t *tools) notes() (list []string) {
	for _, c := range t.closers {
		if r, ok := c.(interface{ Notes() []string }); ok {
			list = append(list, r.Notes()...)
		}
	}
	return list
}

// Close closes everything. A recording is complete when it returns no error.
func (t *tools) Close() error {
	var errs []error
	for i := len(t.closers) - 1; i >= 0; i-- {
		errs = append(errs, t.closers[i].Close())
	}
	t.closers = nil
	return errors.Join(errs...)
}
