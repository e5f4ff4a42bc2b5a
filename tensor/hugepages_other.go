//go:build !linux

package tensor

import "github.com/stepgrain/stepgrain/kernels"

func adviseHugePages(kernels.Buffer) {}
