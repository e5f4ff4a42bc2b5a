//go:build !peers || !cgo || !linux

package main

import "errors"

// library is a BLAS; this build has none.
type library struct{ version string }

const haveLibraries = false

func openLibrary(string, int) (*library, error) {
	return nil, errors.New("built without -tags peers or without cgo")
}

func (*library) prepare(string) func() { return nil }
