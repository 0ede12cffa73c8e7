package contact

import (
	"fmt"
	"math"
	"time"
)

// What people read.
const (
	textNameShort    = "Skriv ditt namn, minst två tecken."
	textNameLong     = "Namnet får ha högst 100 tecken."
	textNameLine     = "Skriv namnet på en rad, utan osynliga tecken."
	textEmailMissing = "Skriv din e-postadress, så att vi kan svara."
	textEmailWrong   = "Det ser inte ut som en e-postadress. Skriv som i anna.andersson@exempel.se."
	textMessageShort = "Skriv ditt meddelande, minst tio tecken."
	textMessageLong  = "Meddelandet får ha högst 10 000 tecken. Korta det, eller skicka det i två delar."
	textUnreadable   = "Här finns tecken som inte går att läsa. Skriv om dem."

	textStale      = "Formuläret gick inte att ta emot, kanske för att det har legat öppet länge. Inget är skickat, men allt du skrev står kvar. Tryck på Skicka meddelandet en gång till."
	textSentBefore = "Formuläret är redan skickat en gång, med en annan text. Vill du skicka den här texten också? Tryck på Skicka meddelandet en gång till."
	textFormat     = "Formuläret kom i ett format som vi inte kan ta emot. Öppna kontaktsidan och skicka formuläret därifrån."
	textAway       = "Vi kan inte ta emot meddelandet just nu. Det är inte skickat, men allt du skrev står kvar. Försök igen om en stund."
	textTooMany    = "Det har kommit många meddelanden från samma håll på kort tid. Ditt är inte skickat, men allt du skrev står kvar. Försök igen om %s."
	textManyTo     = "Vi har redan mejlat flera länkar till den adressen. Titta i inkorgen och skräpposten. En ny länk kan skickas om %s."
	textManyInAll  = "Just nu mejlas fler länkar än vi kan skicka. Meddelandet är inte skickat, men allt du skrev står kvar. Försök igen om %s."

	textLinkUsed = "Du har redan använt länken, och meddelandet är skickat till projektkontoret. Du behöver inte göra något mer."
	textLinkOld  = "Länken är för gammal eller inte hel, eller så har den redan använts. En länk gäller i 24 timmar. " +
		"Om meddelandet inte är skickat: skriv det igen, så mejlar vi en ny länk."

	textOfficeSubject  = "Kontaktformuläret: %s"
	textConfirmSubject = "Bekräfta ditt meddelande till NUSO"
	textSomeAddress    = "adressen du angav"
)

// inWords tells how long to wait: "1 minut", "8 minuter", "3 timmar".
func inWords(d time.Duration) string {
	if hours := int(math.Ceil(d.Hours())); d > 100*time.Minute {
		return fmt.Sprintf("%d timmar", hours)
	}
	if minutes := int(math.Ceil(d.Minutes())); minutes > 1 {
		return fmt.Sprintf("%d minuter", minutes)
	}
	return "1 minut"
}
