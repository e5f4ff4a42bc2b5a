//go:build !unix

package mcp

import "os/exec"

func ownGroup(*exec.Cmd) {}

// kill ends the process, not those it started.
func kill(c *exec.Cmd) { c.Process.Kill() }
