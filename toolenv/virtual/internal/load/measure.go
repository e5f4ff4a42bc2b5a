package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// result is what a load came to.
type result struct {
	Clients    int     `json:"clients"`
	Seconds    float64 `json:"seconds"`
	Requests   int     `json:"requests"`
	Errors     int     `json:"errors"`
	FirstError string  `json:"first_error,omitempty"`
	PerSecond  float64 `json:"requests_per_second"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	Max        float64 `json:"max_ms"`
}

// measure sends requests for some time with many clients at once.
func measure(address string, requests []request, clients int, d time.Duration) (result, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return result{}, fmt.Errorf("-url %s: want it like http://127.0.0.1:8081/virtual", address)
	}
	wire := make([][]byte, len(requests))
	for i, q := range requests {
		wire[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", u.Path, u.Host, len(q.Body), q.Body)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	r := result{Clients: clients}
	var times []time.Duration
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			var mine []time.Duration
			conn := &connection{host: u.Host}
			defer conn.close()
			for k := c * 7; time.Since(start) < d; k++ {
				i := k % len(requests)
				t := time.Now()
				err := conn.ask(wire[i], requests[i].Answer)
				mine = append(mine, time.Since(t))
				if err != nil {
					conn.close()
					mu.Lock()
					if r.Errors++; r.Errors == 1 {
						r.FirstError = err.Error()
					}
					mu.Unlock()
				}
			}
			mu.Lock()
			times = append(times, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	r.Seconds = time.Since(start).Seconds()
	r.Requests = len(times)
	r.PerSecond = float64(len(times)) / r.Seconds
	slices.Sort(times)
	if n := len(times); n > 0 {
		ms := func(i int) float64 { return float64(times[min(i, n-1)].Microseconds()) / 1000 }
		r.P50, r.P99, r.Max = ms(n/2), ms(n*99/100), ms(n-1)
	}
	return r, nil
}

// connection is one client. It writes requests that are ready and reads what
// comes, so that measuring costs little of the machine that is measured.
type connection struct {
	host string
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func (c *connection) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

const patience = time.Minute

// ask sends one request and checks its answer.
func (c *connection) ask(request, want []byte) error {
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.host, patience)
		if err != nil {
			return err
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 8<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	status, b, err := c.read()
	switch {
	case err != nil:
		return err
	case status != "200":
		return fmt.Errorf("HTTP status %s: %.200s", status, b)
	case !bytes.Equal(b, want) && !sameJSON(b, want):
		return fmt.Errorf("another answer: %.200s", b)
	}
	return nil
}

// read reads a response that says how long it is.
func (c *connection) read() (status string, body []byte, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return "", nil, err
	}
	_, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(rest) < 3 {
		return "", nil, fmt.Errorf("not HTTP: %.50q", line)
	}
	status = string(rest[:3])
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return "", nil, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("content-length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return "", nil, err
			}
		}
	}
	if length < 0 || length > 1<<20 {
		return "", nil, fmt.Errorf("a response of HTTP status %s with Content-Length %d", status, length)
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	body = c.body[:length]
	_, err = io.ReadFull(c.in, body)
	return status, body, err
}

// sameJSON compares texts that differ in spaces.
func sameJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}
