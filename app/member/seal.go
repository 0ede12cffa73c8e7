package member

import (
	"encoding/binary"
	"time"
)

// seal makes of data what a form or the database may hold: nobody else can read or alter it, and unseal takes it for the same purpose
// alone, for as long as age; zero: for ever.
func (s *Service) seal(purpose string, data []byte, age time.Duration) string {
	plain := make([]byte, 8, 8+len(data))
	if age > 0 {
		binary.BigEndian.PutUint64(plain, uint64(s.now().Add(age).Unix()))
	}
	return s.secret.Seal("member.seal", purpose, append(plain, data...))
}

// unseal returns what was sealed for the purpose. Invalid when it was not, or is too old.
func (s *Service) unseal(purpose, sealed string) ([]byte, error) {
	plain, err := s.secret.Open("member.seal", purpose, sealed)
	if err != nil || len(plain) < 8 {
		return nil, errOld(err)
	}
	if until := binary.BigEndian.Uint64(plain); until > 0 && s.now().Unix() >= int64(until) {
		return nil, errOld(nil)
	}
	return plain[8:], nil
}
