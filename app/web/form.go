package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
)

// stampLife is how long a form may lie open in a tab before it must be opened anew.
const stampLife = 12 * time.Hour

// Stamp returns a signed stamp for an anonymous form: which form, when, and a nonce. It replaces a cookie: the form that
// comes back proves that this site gave it out, within twelve hours.
func (s *Site) Stamp(form string) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(s.Now().Unix()))
	_, _ = rand.Read(raw[8:]) // never fails
	return encode(raw[:]) + "." + encode(s.sign(form, raw[:]))
}

// CheckStamp returns Forbidden when the stamp is missing, altered, another form's, or older than twelve hours.
func (s *Site) CheckStamp(form, stamp string) error {
	head, tail, _ := strings.Cut(stamp, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	mac, macErr := base64.RawURLEncoding.DecodeString(tail)
	if err != nil || macErr != nil || len(raw) != 16 || !hmac.Equal(mac, s.sign(form, raw)) {
		return fault.New(fault.Forbidden, "Formuläret saknar en giltig stämpel.", nil)
	}
	age := s.Now().Sub(time.Unix(int64(binary.BigEndian.Uint64(raw[:8])), 0))
	if age < -time.Minute || age > stampLife {
		return fault.New(fault.Forbidden, "Formuläret har legat öppet för länge.", nil)
	}
	return nil
}

func (s *Site) sign(form string, raw []byte) []byte {
	return s.secret.Sum("stamp", form, string(raw))[:16]
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// ProofBits is the work that a browser does before a form is believed to come from a person: some sixty thousand
// hashes, well under a second on a slow phone, and dear to whoever sends by the thousand.
const ProofBits = 16

// Proven reports whether proof is a number such that SHA-256 of stamp:proof begins with ProofBits zero bits.
func Proven(stamp, proof string) bool {
	if proof == "" || len(proof) > 20 {
		return false
	}
	sum := sha256.Sum256([]byte(stamp + ":" + proof))
	return bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:4])) >= ProofBits
}

// Input is a field of a form: what was typed there and what was wrong with it. Name is its id on the page, and what faults call it.
type Input struct{ Name, Value, Error string }

// Mark puts each fault beside the input that it names, and returns the lines of the form's summary.
func Mark(faults []fault.Field, inputs ...*Input) (summary []FormError) {
	for _, f := range faults {
		for _, input := range inputs {
			if input.Name == f.Name {
				input.Error = f.Text
			}
		}
		summary = append(summary, FormError{Field: f.Name, Text: f.Text})
	}
	return summary
}

// CodeView is the page where a code that was mailed is typed.
type CodeView struct {
	Page
	Stamp string
	Code  Input
}

// NewCodeView returns the page for a form of codes, with what was wrong with the last one; its field has the name code.
func (s *Site) NewCodeView(page Page, form, problem string) *CodeView {
	return &CodeView{Page: page, Stamp: s.Stamp(form), Code: Input{Name: "code", Error: problem}}
}

// TextStale answers a form whose stamp is good no more, above the same form with a new one.
const TextStale = "Formuläret har blivit för gammalt. Försök igen."

// TakeCode takes what was typed in a form of codes. When its stamp is good no more, or take finds the code Invalid, the form is shown again
// with the problem.
func (s *Site) TakeCode(c *fiber.Ctx, form string, take func(code string) error, again func(status int, problem string) error) error {
	if err := s.CheckStamp(form, Field(c, "stamp")); err != nil {
		return again(fiber.StatusForbidden, TextStale)
	}
	err := take(Field(c, "code"))
	if fault.Is(err, fault.Invalid) {
		return again(fiber.StatusUnprocessableEntity, fault.Of(err).Text)
	}
	return err
}

// Field returns what was typed in a field: valid UTF-8 without NUL, line ends as \n, outer blanks trimmed.
func Field(c *fiber.Ctx, name string) string {
	return clean(string(c.Request().PostArgs().Peek(name))) // never the query: FormValue would look there first
}

// Query returns a query parameter, cleaned as Field does.
func Query(c *fiber.Ctx, name string) string {
	return clean(c.Query(name))
}

func clean(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	text = strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n").Replace(text)
	return strings.TrimSpace(text)
}
