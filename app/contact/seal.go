package contact

// The page that says where a link was mailed is reached by a redirect and knows the address from its own. There it
// stands sealed: addresses end up in histories and in the logs of proxies, which no e-mail address should.

// seal returns the text so that only this site can open it.
func (s *Service) seal(text string) string { return s.secret.Seal("contact.seal", "", []byte(text)) }

// open returns a sealed text; empty for any other.
func (s *Service) open(sealed string) string {
	text, err := s.secret.Open("contact.seal", "", sealed)
	if err != nil {
		return ""
	}
	return string(text)
}
