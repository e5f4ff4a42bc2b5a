package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// process is a worker or a peer that is running.
type process struct {
	conversation
	cmd     *exec.Cmd
	in      io.Closer
	version string
	last    []string // what it printed last on stderr
}

// start starts a peer and waits until it is ready.
func start(peer string, o *options, stderr io.Writer) (*process, error) {
	args := command(peer, o)
	if args == nil {
		return nil, fmt.Errorf("%s is not installed (cmd/benchpeers/install.sh DIR), or this build has no cgo and tag peers", peer)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), environ(peer, o.peers, o.threads)...)
	if o.verbose {
		cmd.Stderr = stderr
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, in: in, conversation: conversation{to: in, from: bufio.NewScanner(out)}}
	p.hear = func(line string) { p.last = append(p.last[max(0, len(p.last)-3):], line) }
	if p.version, err = p.ready(); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s did not start: %w %s", peer, err, strings.Join(p.last, "; "))
	}
	return p, nil
}

// stop ends the process by closing its input, and waits for it.
func (p *process) stop() {
	p.in.Close()
	// What it printed to no purpose must not keep it from ending.
	for p.from.Scan() {
	}
	_ = p.cmd.Wait() // its exit status says nothing that its answers did not
}
