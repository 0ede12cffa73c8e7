package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Rule is a recurrence rule of RFC 5545, checked by ParseRule. The zero Rule repeats nothing.
type Rule struct {
	parts  []part
	option rrule.ROption // without start and until
	until  time.Time     // the last instant at which an occurrence may start; zero: no end
}

// part is one KEY=VALUE of a rule.
type part struct{ key, value string }

// Limits of what a rule may say.
const (
	mostRuleLength = 500
	mostInterval   = 1000
	mostCount      = 1000
)

// ParseRule reads a rule such as FREQ=WEEKLY;BYDAY=FR, with or without RRULE: before it and in any case. The error is
// Invalid with a Swedish text that names the part at fault.
//
// It takes what RFC 5545 allows but for three things: rules that repeat within a day (FREQ=HOURLY, BYHOUR and
// shorter), numbered and plain days in one BYDAY, and BYSETPOS of weeks and days. The library gets them wrong or
// never returns, and no meeting needs them.
func ParseRule(text string) (Rule, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	text = strings.TrimPrefix(text, "RRULE:")
	if text == "" || len(text) > mostRuleLength {
		return Rule{}, invalid(ruleEmpty)
	}
	var r Rule
	for _, field := range strings.Split(text, ";") {
		key, value, ok := strings.Cut(field, "=")
		if !ok || value == "" {
			return Rule{}, invalid(ruleForm, field)
		}
		if _, twice := r.part(key); twice {
			return Rule{}, invalid(ruleTwice, key)
		}
		r.parts = append(r.parts, part{key, value})
		if err := r.read(key, value); err != nil {
			return Rule{}, err
		}
	}
	if err := r.check(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// IsZero reports whether the rule repeats nothing.
func (r Rule) IsZero() bool { return len(r.parts) == 0 }

// String returns the rule in capitals without RRULE: before it; empty for the zero Rule. ParseRule reads it back.
func (r Rule) String() string { return r.text(func(value string) string { return value }) }

// text writes the rule with another value for UNTIL.
func (r Rule) text(until func(string) string) string {
	fields := make([]string, len(r.parts))
	for i, p := range r.parts {
		if p.key == "UNTIL" {
			p.value = until(p.value)
		}
		fields[i] = p.key + "=" + p.value
	}
	return strings.Join(fields, ";")
}

// part returns the value of a key and whether the rule has it.
func (r Rule) part(key string) (string, bool) {
	i := slices.IndexFunc(r.parts, func(p part) bool { return p.key == key })
	if i < 0 {
		return "", false
	}
	return r.parts[i].value, true
}

func (r Rule) has(key string) bool {
	_, ok := r.part(key)
	return ok
}

// read takes in one part.
func (r *Rule) read(key, value string) (err error) {
	o := &r.option
	switch key {
	case "FREQ":
		o.Freq, err = frequency(value)
	case "INTERVAL":
		o.Interval, err = number(key, value, 1, mostInterval)
	case "COUNT":
		o.Count, err = number(key, value, 1, mostCount)
	case "UNTIL":
		r.until, err = untilTime(value)
	case "WKST":
		o.Wkst, err = weekday(key, value)
	case "BYDAY":
		o.Byweekday, err = weekdays(value)
	case "BYMONTH":
		o.Bymonth, err = numbers(key, value, 12, false)
	case "BYMONTHDAY":
		o.Bymonthday, err = numbers(key, value, 31, true)
	case "BYYEARDAY":
		o.Byyearday, err = numbers(key, value, 366, true)
	case "BYWEEKNO":
		o.Byweekno, err = numbers(key, value, 53, true)
	case "BYSETPOS":
		o.Bysetpos, err = numbers(key, value, 366, true)
	case "BYHOUR", "BYMINUTE", "BYSECOND":
		return invalid(ruleTimeOfDay, key)
	default:
		return invalid(ruleUnknown, key)
	}
	return err
}

// check looks at the parts together: what RFC 5545 section 3.3.10 forbids, and what ParseRule says.
func (r Rule) check() error {
	freq, numbered, plain := r.option.Freq, 0, 0
	for _, day := range r.option.Byweekday {
		if day.N() == 0 {
			plain++
			continue
		}
		numbered++
		if n := max(day.N(), -day.N()); n > 5 && (freq != rrule.YEARLY || r.has("BYMONTH")) {
			return invalid(ruleDayNumber)
		}
	}
	yearly, monthly := freq == rrule.YEARLY, freq == rrule.MONTHLY
	for _, wrong := range []struct {
		is   bool
		text string
	}{
		{!r.has("FREQ"), ruleNoFreq},
		{r.has("COUNT") && r.has("UNTIL"), ruleTwoEnds},
		{numbered > 0 && !yearly && !monthly, ruleNumberedDay},
		{numbered > 0 && plain > 0, ruleMixedDays},
		{numbered > 0 && r.has("BYWEEKNO"), ruleNumberedDay},
		{r.has("BYMONTHDAY") && freq == rrule.WEEKLY, ruleMonthday},
		{r.has("BYYEARDAY") && !yearly, ruleOnlyYearly},
		{r.has("BYWEEKNO") && (!yearly || !r.has("BYDAY")), ruleWeekNumber},
		{r.has("BYSETPOS") && (!yearly && !monthly || !r.hasSet()), rulePosition},
	} {
		if wrong.is {
			return invalid("%s", wrong.text)
		}
	}
	return nil
}

// hasSet reports whether there is a set for BYSETPOS to choose from.
func (r Rule) hasSet() bool {
	return r.has("BYDAY") || r.has("BYMONTHDAY") || r.has("BYYEARDAY") || r.has("BYMONTH")
}
