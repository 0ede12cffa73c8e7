package calendar

import (
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"nuso.se/app/clock"
)

// frequency reads the value of FREQ.
func frequency(value string) (rrule.Frequency, error) {
	switch value {
	case "DAILY":
		return rrule.DAILY, nil
	case "WEEKLY":
		return rrule.WEEKLY, nil
	case "MONTHLY":
		return rrule.MONTHLY, nil
	case "YEARLY":
		return rrule.YEARLY, nil
	}
	return 0, invalid(ruleFreq, value)
}

// number reads one number from least to most.
func number(key, value string, least, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, invalid(ruleNumber, key, least, most)
	}
	return n, nil
}

// numbers reads numbers from 1 to most, and from -most to -1 where counting from the end is allowed.
func numbers(key, value string, most int, fromEnd bool) ([]int, error) {
	var list []int
	for _, field := range strings.Split(value, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n == 0 || n > most || n < -most || n < 0 && !fromEnd {
			return nil, invalid(ruleNumber, key, 1, most)
		}
		list = append(list, n)
	}
	return list, nil
}

// weekdays reads FR, or 1MO, -1FR.
func weekdays(value string) ([]rrule.Weekday, error) {
	var list []rrule.Weekday
	for _, field := range strings.Split(value, ",") {
		cut := max(0, len(field)-2)
		day, err := weekday("BYDAY", field[cut:])
		if err != nil {
			return nil, err
		}
		if cut > 0 {
			n, err := strconv.Atoi(field[:cut])
			if err != nil || n == 0 || n > 53 || n < -53 {
				return nil, invalid(ruleDayNumber)
			}
			day = day.Nth(n)
		}
		list = append(list, day)
	}
	return list, nil
}

// weekday reads FR.
func weekday(key, value string) (rrule.Weekday, error) {
	days := []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}
	for i, name := range []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"} {
		if value == name {
			return days[i], nil
		}
	}
	return rrule.Weekday{}, invalid(ruleWeekday, key, value)
}

// untilTime reads a day (which counts whole), a Swedish time, or a time in UTC.
func untilTime(value string) (time.Time, error) {
	if day, err := time.ParseInLocation("20060102", value, clock.Stockholm()); err == nil {
		return clock.AddDays(day, 1).Add(-time.Second), nil
	}
	if moment, err := time.ParseInLocation("20060102T150405", value, clock.Stockholm()); err == nil {
		return moment, nil
	}
	moment, err := time.Parse("20060102T150405Z", value)
	if err != nil {
		return time.Time{}, invalid(ruleUntil, value)
	}
	return moment.In(clock.Stockholm()), nil
}
