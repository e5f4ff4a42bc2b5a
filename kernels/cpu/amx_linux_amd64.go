//go:build !purego

package cpu

import "syscall"

// allowTiles asks Linux for the permission to use the tile registers, which
// holds for the whole process: the 8 KB of state are saved only for processes
// that want them. A signal that arrives while tiles are in use also saves them
// on the signal stack; Go's has 32 KB, the frame with tiles takes 11.
func allowTiles() bool {
	const (
		requestPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
		tileData          = 18     // XFEATURE_XTILEDATA
	)
	_, _, errno := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, requestPermission, tileData, 0)
	return errno == 0
}
