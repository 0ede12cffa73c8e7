//go:build !linux

package faults

import "errors"

func mountTemporary(string, string) error { return errors.New("only on Linux") }
