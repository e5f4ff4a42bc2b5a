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
	impl    string // of ours, where ours is in it
	version string
	last    []string // what it printed last on stdout to no purpose
	errors  *tail    // and on stderr
}

// start starts a peer and waits until it is ready.
func start(peer string, o *options, stderr io.Writer) (*process, error) {
	args := command(peer, o)
	if args == nil {
		return nil, fmt.Errorf("%s is not installed (cmd/benchpeers/install.sh DIR), or this build has no cgo and tag peers", peer)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), environ(peer, o.peers, o.threads)...)
	errors := &tail{}
	cmd.Stderr = errors
	if o.verbose {
		cmd.Stderr = io.MultiWriter(stderr, errors)
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
	p := &process{cmd: cmd, in: in, errors: errors, conversation: conversation{to: in, from: bufio.NewScanner(out)}}
	p.hear = func(line string) { p.last = append(p.last[max(0, len(p.last)-3):], line) }
	if p.version, err = p.ready(); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s did not start: %w: %s", peer, err, p.said())
	}
	if peer == "ours" || isLibrary(peer) {
		p.impl, p.version, _ = strings.Cut(p.version, " ")
	}
	return p, nil
}

// said is the last line that a process printed on stderr, or what it printed
// last on stdout, on one line.
func (p *process) said() string {
	if line := p.errors.line(); line != "" {
		return line
	}
	return strings.Join(p.last, "; ")
}

// stopped: the process ended because it was told to.
func (p *process) stopped() bool { return p.cmd.ProcessState != nil && p.cmd.ProcessState.Success() }

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 1 << 12
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(p), nil
}

// line is the last line that says something.
func (t *tail) line() string {
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// stop ends the process by closing its input, and waits for it.
func (p *process) stop() {
	p.in.Close()
	// What it printed to no purpose must not keep it from ending.
	for p.from.Scan() {
	}
	_ = p.cmd.Wait() // its exit status says nothing that its answers did not
}
