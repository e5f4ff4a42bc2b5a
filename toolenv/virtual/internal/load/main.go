package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	dir := flag.String("make", "", "write a cache and requests to this folder")
	url := flag.String("url", "http://127.0.0.1:8081/virtual", "the server")
	file := flag.String("requests", "", "requests with their answers, made by -make")
	clients := flag.Int("clients", 256, "clients at once")
	seconds := flag.Float64("seconds", 30, "how long")
	flag.Parse()
	if err := run(*dir, *url, *file, *clients, time.Duration(*seconds*float64(time.Second))); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(dir, url, file string, clients int, d time.Duration) error {
	if dir != "" {
		return makeData(dir)
	}
	requests, err := readRequests(file)
	if err != nil {
		return err
	}
	r, err := measure(url, requests, clients, d)
	if err != nil {
		return err
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	fmt.Println(string(b))
	if r.Errors > 0 || r.Requests == 0 {
		return fmt.Errorf("%d of %d requests failed, the first: %s", r.Errors, r.Requests, r.FirstError)
	}
	return nil
}
