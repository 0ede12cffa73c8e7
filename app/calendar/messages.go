package calendar

import (
	"fmt"

	"nuso.se/app/fault"
)

// redDayText is said of an occurrence that is off because the day is red, when its series says nothing else.
const redDayText = "Röd dag: ingen frågestund om inget annat meddelas"

// What may be wrong with a rule.
const (
	ruleEmpty       = "Upprepningen är tom eller för lång. Skriv till exempel FREQ=WEEKLY;BYDAY=FR."
	ruleForm        = "Upprepningen har en del som inte går att läsa: %q. Varje del skrivs NAMN=VÄRDE, med semikolon emellan."
	ruleTwice       = "Upprepningen har %s två gånger."
	ruleUnknown     = "Upprepningen har %s, som inte finns. Delarna heter FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO och BYSETPOS."
	ruleTimeOfDay   = "Upprepningen har %s. Klockslaget står i start, inte i upprepningen."
	ruleNoFreq      = "Upprepningen saknar FREQ: DAILY, WEEKLY, MONTHLY eller YEARLY."
	ruleFreq        = "Upprepningen har FREQ=%s. Det ska vara DAILY, WEEKLY, MONTHLY eller YEARLY."
	ruleNumber      = "Upprepningens %s ska vara hela tal från %d till %d."
	ruleWeekday     = "Upprepningens %s har dagen %q. Dagarna heter MO, TU, WE, TH, FR, SA och SU."
	ruleDayNumber   = "Upprepningens BYDAY har ett tal framför dagen som är för stort: 1 till 5 i en månad, 1 till 53 i ett år."
	ruleNumberedDay = "Upprepningens BYDAY har ett tal framför dagen. Det går bara med FREQ=MONTHLY eller YEARLY, utan BYWEEKNO."
	ruleMixedDays   = "Upprepningens BYDAY blandar dagar med och utan tal. Gör två händelser i stället."
	ruleMonthday    = "Upprepningens BYMONTHDAY går inte med FREQ=WEEKLY."
	ruleOnlyYearly  = "Upprepningens BYYEARDAY går bara med FREQ=YEARLY."
	ruleWeekNumber  = "Upprepningens BYWEEKNO går bara med FREQ=YEARLY och BYDAY."
	rulePosition    = "Upprepningens BYSETPOS går bara med FREQ=MONTHLY eller YEARLY och en annan del att välja ur, till exempel BYDAY."
	ruleTwoEnds     = "Upprepningen har både COUNT och UNTIL. Välj en av dem."
	ruleUntil       = "Upprepningens UNTIL=%s går inte att läsa. Skriv en dag som 20261231."
)

// What may be wrong with a series.
const (
	seriesNoStart   = "Händelsen saknar start."
	seriesYear      = "Händelsens start ska ligga mellan år %d och %d."
	seriesEnd       = "Händelsens slut ligger före dess start."
	seriesNever     = "Upprepningen %s ger inget tillfälle från och med starten."
	seriesStart     = "Starten %s hör inte till upprepningen %s. Det första tillfället är %s."
	overrideDate    = "Ändringen för %q gäller inget tillfälle i serien."
	overrideTwice   = "Det finns två ändringar för %s."
	overrideUnknown = "Ändringen för %s är varken inställd, flyttad eller återställd."
	overrideTime    = "Ändringen för %s flyttar tillfället men har ingen ny tid, eller ett slut före sin start."
)

// invalid returns an Invalid with the Swedish text.
func invalid(text string, values ...any) error {
	return fault.New(fault.Invalid, fmt.Sprintf(text, values...), nil)
}

// Before the title of an occurrence in a feed, see ical.go.
const (
	cancelledTitle = "Inställd: "
	movedTitle     = "Flyttad: "
)
