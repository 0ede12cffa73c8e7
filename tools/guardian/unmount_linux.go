package guardian

import "syscall"

func unmount(path string) { syscall.Unmount(path, syscall.MNT_FORCE) }
