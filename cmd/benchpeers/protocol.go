package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An answer is what a worker says of one sample.
type answer struct {
	name string
	ns   float64 // mean time of a call
	skip string  // why there is none
}

func (a answer) String() string {
	if a.skip != "" {
		return a.name + " -> skip " + a.skip
	}
	return fmt.Sprintf("%s -> %.6g", a.name, a.ns)
}

// parseAnswer reads a line "CASE -> NS" or "CASE -> skip REASON".
func parseAnswer(line string) (answer, error) {
	name, rest, ok := strings.Cut(strings.TrimSpace(line), " -> ")
	if !ok || name == "" {
		return answer{}, fmt.Errorf("not an answer: %q", line)
	}
	if reason, skipped := strings.CutPrefix(rest, "skip"); skipped {
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = "no reason given"
		}
		return answer{name: name, skip: reason}, nil
	}
	ns, err := strconv.ParseFloat(rest, 64)
	if err != nil || !(ns > 0) {
		return answer{}, fmt.Errorf("no time in %q", line)
	}
	return answer{name: name, ns: ns}, nil
}

// parseRequest reads a line "CASE MS".
func parseRequest(line string) (name string, millis float64, err error) {
	name, ms, ok := strings.Cut(strings.TrimSpace(line), " ")
	if ok {
		millis, err = strconv.ParseFloat(ms, 64)
	}
	if !ok || err != nil || !(millis > 0) {
		return "", 0, fmt.Errorf("not a request: %q", line)
	}
	return name, millis, nil
}

// A conversation is one side of the protocol: that which asks.
type conversation struct {
	to   io.Writer
	from *bufio.Scanner
	hear func(line string) // lines that are no answer, may be nil
}

// ready waits for the worker's greeting and returns the version that it names.
func (c *conversation) ready() (string, error) {
	for c.from.Scan() {
		if version, ok := strings.CutPrefix(c.from.Text(), "ready"); ok {
			return strings.TrimSpace(version), nil
		}
		c.other(c.from.Text())
	}
	return "", c.end()
}

// ask requests one sample. What a library prints in between is passed over.
func (c *conversation) ask(name string, millis float64) (answer, error) {
	if _, err := fmt.Fprintf(c.to, "%s %g\n", name, millis); err != nil {
		return answer{}, err
	}
	for c.from.Scan() {
		a, err := parseAnswer(c.from.Text())
		if err == nil && a.name == name {
			return a, nil
		}
		c.other(c.from.Text())
	}
	return answer{}, c.end()
}

func (c *conversation) other(line string) {
	if c.hear != nil {
		c.hear(line)
	}
}

func (c *conversation) end() error {
	if err := c.from.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

// serve is the other side: it answers every request with what sample says.
func serve(version string, in io.Reader, out io.Writer, sample func(name string, millis float64) (ns float64, skip string)) error {
	if _, err := fmt.Fprintf(out, "ready %s\n", version); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		name, millis, err := parseRequest(lines.Text())
		if err != nil {
			return err
		}
		a := answer{name: name}
		a.ns, a.skip = sample(name, millis)
		if _, err := fmt.Fprintln(out, a); err != nil {
			return err
		}
	}
	return lines.Err()
}
