package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"nuso.se/app/fault"
)

// origin is what the first row holds in place of the hash of a row before it.
const origin = "0000000000000000000000000000000000000000000000000000000000000000"

// sum returns the hash that belongs to the row's other columns.
func (r row) sum() string {
	h := sha256.Sum256(r.encode())
	return hex.EncodeToString(h[:])
}

// encode writes all columns but the hash, in the table's order, each as its length in bytes (eight, big-endian) and
// its text; numbers are written in decimal, instants as their microseconds. Hashes are kept for ever: it never changes.
func (r row) encode() []byte {
	var all []byte
	for _, column := range []string{
		strconv.FormatInt(r.Number, 10), strconv.FormatInt(r.At.UnixMicro(), 10), r.Actor, r.Verb, r.SubjectKind, r.Subject,
		r.Organisation, r.Reason, r.Details, r.Previous,
	} {
		all = binary.BigEndian.AppendUint64(all, uint64(len(column)))
		all = append(all, column...)
	}
	return all
}

// Mark is a row's number and hash: enough to tell later whether it, and all before it, still are what they were.
// The zero Mark is no row.
type Mark struct {
	Number int64
	Hash   string
}

var markPattern = regexp.MustCompile(`^([0-9]{1,18}):([0-9a-f]{64})$`)

// String writes the mark as UnmarshalText reads it: NUMBER:HASH.
func (m Mark) String() string { return fmt.Sprintf("%d:%s", m.Number, m.Hash) }

// UnmarshalText reads NUMBER:HASH, as operators keep it. What is none is Invalid.
func (m *Mark) UnmarshalText(text []byte) error {
	parts := markPattern.FindStringSubmatch(strings.ToLower(strings.TrimSpace(string(text))))
	if parts == nil {
		return fault.New(fault.Invalid, "ange radens nummer, ett kolon och radens kontrollsumma (64 tecken, 0–9 och a–f)", nil)
	}
	number, err := strconv.ParseInt(parts[1], 10, 64)
	*m = Mark{Number: number, Hash: parts[2]}
	return err
}
