package markdown

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/util"
)

// Addresses that are no web pages, in the only shape accepted.
var (
	mailAddress  = regexp.MustCompile(`^mailto:[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\?subject=[^&]*)?$`)
	phoneAddress = regexp.MustCompile(`^tel:\+?[0-9-]+$`)
)

// router decides where addresses lead.
type router struct {
	host   string // the site's own
	prefix string // of ids
}

func newRouter(env *Env) router {
	base, err := url.Parse(env.BaseURL)
	if err != nil {
		return router{prefix: env.Prefix}
	}
	return router{host: base.Host, prefix: env.Prefix}
}

// target is where a link leads: path for a place on the site, fragment for one in the
// text, neither for an external one.
type target struct {
	href, path, fragment string
}

// to vets an address whose escapes are resolved. What is not accepted gets a message:
// browsers read addresses in many more ways than we do, so only known shapes pass.
func (r router) to(address string) (target, string) {
	if address == "" {
		return target{}, msgNoAddress
	}
	if strings.IndexFunc(address, func(c rune) bool { return c <= ' ' || c == '\\' || c == 0x7f || c == '\u00a0' }) >= 0 {
		return target{}, msgBadAddress
	}
	if fragment, ok := strings.CutPrefix(address, "#"); ok {
		return target{href: "#" + r.prefix + fragment, fragment: fragment}, ""
	}
	if strings.HasPrefix(address, "/") {
		return internal(address)
	}
	return r.absolute(address)
}

func internal(path string) (target, string) {
	if strings.HasPrefix(path, "//") {
		return target{}, msgNoScheme
	}
	if _, err := url.Parse(path); err != nil {
		return target{}, msgBadAddress
	}
	return target{href: path, path: path}, ""
}

func (r router) absolute(address string) (target, string) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return target{}, msgBadAddress
	case u.Scheme == "":
		return target{}, msgRelative
	case mailAddress.MatchString(address), phoneAddress.MatchString(address):
		return target{href: address}, ""
	case u.Scheme == "mailto", u.Scheme == "tel":
		return target{}, msgBadAddress
	case u.Scheme != "https" && u.Scheme != "http":
		return target{}, msgBadScheme
	case u.Host == "" || u.User != nil:
		return target{}, msgBadAddress
	}
	scheme, rest, _ := strings.Cut(address, "://")
	if !strings.EqualFold(u.Host, r.host) {
		return target{href: strings.ToLower(scheme) + "://" + rest}, ""
	}
	path := ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		path = rest[end:]
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return internal(path)
}

// resolve gives an address as a browser would get it: escapes and entities undone.
func resolve(destination []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(destination))))
}
