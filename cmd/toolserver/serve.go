package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// The limits on connections, whatever comes over them.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second // of a request with its body
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
)

// serve answers until a signal comes.
func serve(o options, stdout, stderr io.Writer) error {
	s, err := open(o, stdout)
	if err != nil {
		s.Close() // what was opened before
		return err
	}
	defer s.Close()
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("-addr %s: %w", o.addr, err)
	}
	signal.Ignore(syscall.SIGPIPE) // nobody reads the log any more: no reason to end
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: o.overall + readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(stderr, "toolserver: ", 0),
	}
	fmt.Fprintf(stdout, "listening on http://%s/virtual\n", listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop() // a second signal ends the process at once
	fmt.Fprintln(stderr, "toolserver: stopping")
	ctx, cancel := context.WithTimeout(context.Background(), o.shutdown)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		server.Close()
		return fmt.Errorf("requests that were not answered in %v were dropped", o.shutdown)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
