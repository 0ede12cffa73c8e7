package faults

import "syscall"

func mountTemporary(dir, options string) error {
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, options)
}
