//go:build !amd64 || purego

package limits

var testISA = "generic"
