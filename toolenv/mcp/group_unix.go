//go:build unix

package mcp

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the process lead a group, so that what it starts can be ended
// with it.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// kill ends the process and its group.
func kill(c *exec.Cmd) { syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
