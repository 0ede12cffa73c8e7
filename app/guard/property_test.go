package guard_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"nuso.se/app/guard"
)

func TestTheDigitsOfEveryScriptCount(t *testing.T) {
	number := fill("810101-924#")
	try := func(low, high rune) {
		for zero := low; zero < high; zero += 10 {
			if got := guard.Check(script(zero, number)); kinds(got) != "personnummer" {
				t.Errorf("%q: found %v", script(zero, number), got)
			}
		}
	}
	for _, span := range unicode.Nd.R16 {
		try(rune(span.Lo), rune(span.Hi))
	}
	for _, span := range unicode.Nd.R32 {
		try(rune(span.Lo), rune(span.Hi))
	}
}

// Of all months and days that four digits can be, exactly those of the almanac make a number.
func TestEveryDateOfTheAlmanacAndNoOther(t *testing.T) {
	for _, year := range []int{1900, 1981, 2000} {
		for month := range 100 {
			for day := range 100 {
				want := ""
				if exists(year, month, day) {
					want = "personnummer"
				}
				if exists(year, month, day-60) {
					want = "samordningsnummer"
				}
				text := fill(fmt.Sprintf("%04d%02d%02d-123#", year, month, day))
				if got := kinds(guard.Check(text)); got != want {
					t.Errorf("%s: found %q, want %q", text, got, want)
				}
			}
		}
	}
}

func exists(year, month, day int) bool {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date.Year() == year && int(date.Month()) == month && date.Day() == day
}

func TestOneCheckDigitOfTenIsRight(t *testing.T) {
	right := 0
	for last := range 10 {
		if guard.Check(fmt.Sprintf("810101-924%d", last)) != nil {
			right++
		}
	}
	if right != 1 {
		t.Errorf("%d check digits are right", right)
	}
}

func TestFiveEntriesAreAList(t *testing.T) {
	for n := range 9 {
		for name, separator := range map[string]string{"lines": "\n", "cells": ";", "commas": ", "} {
			var entries []string
			for i := range n {
				entries = append(entries, fmt.Sprintf("B-%05d", 17*i+3))
			}
			got := guard.Check(strings.Join(entries, separator))
			if (len(got) == 1) != (n >= 5) || len(got) > 1 {
				t.Errorf("%d %s: found %v", n, name, got)
			}
		}
	}
}

// Lists as they come out of a case system are found, tables as they come out of statistics are not, whatever the
// numbers are.
func TestManyListsAndManyTables(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 3))
	for range 300 {
		var ids, table strings.Builder
		digits, number := 4+random.IntN(4), random.IntN(900)
		separator := []string{";", "\t", " | "}[random.IntN(3)]
		fmt.Fprintf(&table, "Kommun%sFall%sAndel\n", separator, separator)
		for row := range 5 + random.IntN(40) {
			number += 1 + random.IntN(40)
			fmt.Fprintf(&ids, "%0*d%s%s\n", digits+1, number, separator, []string{"flicka", "pojke"}[random.IntN(2)])
			fmt.Fprintf(&table, "Kommun %c%s%d%s%.1f\n", 'A'+rune(row%26), separator, 1000+random.IntN(90000), separator, 100*random.Float64())
		}
		if got := guard.Check(ids.String()); kinds(got) != "löpnummer" {
			t.Errorf("found %v in the list\n%s", got, &ids)
		}
		if got := guard.Check(table.String()); got != nil {
			t.Errorf("found %v in the table\n%s", got, &table)
		}
	}
}
