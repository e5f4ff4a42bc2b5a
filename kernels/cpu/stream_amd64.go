//go:build !purego

package cpu

// storeFence lets the streaming stores before it be seen by other cores before
// any store after it.
//
//go:noescape
func storeFence()
