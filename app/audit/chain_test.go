package audit

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// someRow draws rows whose columns run together easily: few letters, digits, what separates and counts.
func someRow(t *rapid.T, name string) row {
	text := rapid.StringOf(rapid.SampledFrom([]rune("a1\x00\x01\n,:{å"))).Filter(func(s string) bool { return len(s) < 12 })
	draw := func(column string) string { return text.Draw(t, name+" "+column) }
	return row{
		Number: rapid.Int64Range(1, 12).Draw(t, name+" number"),
		At:     db.At(time.UnixMicro(rapid.Int64Range(-2, 12).Draw(t, name+" at"))),
		Actor:  draw("actor"), Verb: draw("verb"), SubjectKind: draw("kind"), Subject: draw("subject"),
		Organisation: draw("organisation"), Reason: draw("reason"), Details: draw("details"), Previous: draw("previous"),
	}
}

func TestDifferentRowsNeverGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := someRow(t, "a")
		b := a
		if rapid.Bool().Draw(t, "independent") {
			b = someRow(t, "b")
		} else { // the same text, cut into columns elsewhere
			all := a.Actor + a.Verb + a.SubjectKind
			one := rapid.IntRange(0, len(all)).Draw(t, "first cut")
			two := rapid.IntRange(one, len(all)).Draw(t, "second cut")
			b.Actor, b.Verb, b.SubjectKind = all[:one], all[one:two], all[two:]
		}
		if (a == b) != bytes.Equal(a.encode(), b.encode()) || (a == b) != (a.sum() == b.sum()) {
			t.Fatalf("%+v and %+v are told apart wrongly", a, b)
		}
	})
}

func TestEveryColumnCounts(t *testing.T) {
	before := row{Number: 1, At: db.At(noon())}
	for i := range reflect.TypeFor[row]().NumField() {
		after := before
		field := reflect.ValueOf(&after).Elem().Field(i)
		switch field.Interface().(type) {
		case int64:
			field.SetInt(2)
		case string:
			field.SetString("x")
		case db.Instant:
			field.Set(reflect.ValueOf(db.At(noon().Add(time.Microsecond))))
		}
		name := reflect.TypeFor[row]().Field(i).Name
		if after == before {
			t.Errorf("%s was not changed", name)
		}
		if same := after.sum() == before.sum(); same != (name == "Hash") {
			t.Errorf("%s: the hash is the same: %v", name, same)
		}
	}
}

// What was hashed years ago must give the same hash today: of another the encoding has changed, and every log is broken.
func TestTheEncodingStaysAsItIs(t *testing.T) {
	r := row{
		Number: 12, At: db.At(noon()), Actor: "a", Verb: "member.approve", SubjectKind: "membership", Subject: "b", Organisation: "kommun-0180",
		Reason: "Åäö", Details: `{"role":"contact"}`, Previous: origin,
	}
	want := ""
	for _, column := range []string{
		"\x0212", "\x101774440000123456", "\x01a", "\x0emember.approve", "\x0amembership", "\x01b", "\x0bkommun-0180", "\x06Åäö",
		"\x12{\"role\":\"contact\"}", "\x40" + origin,
	} {
		want += "\x00\x00\x00\x00\x00\x00\x00" + column
	}
	if got := string(r.encode()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := r.sum(); got != "75453505fc8b854392b3f8c64bf8dd932b033d14b6255f13135023fbdf9f63f6" {
		t.Errorf("hash %s", got)
	}
}

func TestAMarkIsReadAsItIsWritten(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	for text, want := range map[string]Mark{
		"12:" + hash:                          {12, hash},
		" 12:" + strings.ToUpper(hash) + "\n": {12, hash},
		"0:" + origin:                         {0, origin},
	} {
		var m Mark
		if err := m.UnmarshalText([]byte(text)); err != nil || m != want {
			t.Errorf("%q: %v, %v", text, m, err)
		}
		if again := (Mark{}); again.UnmarshalText([]byte(m.String())) != nil || again != want {
			t.Errorf("%v is written as %s and read as %v", m, m, again)
		}
	}
	for _, text := range []string{"", "12", ":" + hash, "-1:" + hash, "12:" + hash[1:], "12:" + hash + "0", "12:" + hash[1:] + "g", "1234567890123456789:" + hash} {
		if err := new(Mark).UnmarshalText([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
