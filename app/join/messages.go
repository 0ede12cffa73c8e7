package join

import "nuso.se/app/access"

// What people read.
const (
	textEmailMissing        = "Skriv din e-postadress."
	textEmailWrong          = "Det ser inte ut som en e-postadress. Skriv som i anna.andersson@kommunen.se."
	textNameMissing         = "Skriv ditt namn."
	textNameWrong           = "Skriv ett namn på högst 100 tecken, på en rad, utan adresser och osynliga tecken."
	textOrganisationMissing = "Välj din kommun eller skriv vad din organisation heter."
	textOrganisationWrong   = "Skriv organisationens namn med högst 120 tecken, på en rad, utan adresser och osynliga tecken."
	textRole                = "Välj en av rollerna."
	textPurposeMissing      = "Skriv kort varför du vill gå med."
	textPurposeLong         = "Texten får ha högst 1 000 tecken. Korta den."
	textTerms               = "Läs villkoren och kryssa i att du godkänner dem."
	textTermsChanged        = "Villkoren har ändrats sedan du öppnade sidan. Läs dem igen och kryssa i att du godkänner dem."
	textUnreadable          = "Här finns tecken som inte går att läsa. Skriv om dem."
	textMessageLong         = "Meddelandet får ha högst 1 000 tecken. Korta det."
	textDecision            = "Välj Godkänn eller Avslå."
	textNoOrganisation      = "Välj en organisation i listan."
	textNotTaking           = "%s deltar inte i någon omgång. Bara deltagande organisationer kan ha medlemmar. Välj en annan roll, till exempel följare."

	textStale  = "Formuläret gick inte att ta emot, kanske för att det har legat öppet länge. Inget är skickat, men allt du skrev står kvar. Tryck på Skicka ansökan en gång till."
	textAway   = "Vi kan inte ta emot ansökan just nu. Den är inte skickad, men allt du skrev står kvar. Försök igen om en stund."
	textMany   = "Det har kommit många ansökningar från samma håll på kort tid. Din är inte skickad, men allt du skrev står kvar. Vänta en stund och försök igen."
	textManyTo = "Vi har redan mejlat flera koder till den adressen. Titta i inkorgen och skräpposten, eller vänta till i morgon och försök igen."
	textSpent  = "Koden stämmer inte, är använd eller har blivit för gammal. Kontrollera den, eller fyll i ansökan en gång till."

	textDecided    = "%s. Det du valde gjorde ingenting."
	textNotYetOurs = "Kontaktpersonerna i organisationen svarar först. Från och med %s kan du också svara."

	subjectConfirm  = "Bekräfta din ansökan till Samarbetsrummet: %s"
	subjectKnown    = "Du har redan ett konto i Samarbetsrummet"
	subjectRequest  = "En ansökan om att gå med i Samarbetsrummet"
	subjectLate     = "En ansökan har väntat i fem dagar"
	subjectApproved = "Välkommen till Samarbetsrummet"
	subjectDeclined = "Svar på din ansökan till Samarbetsrummet"

	textFits      = "Adressen hör till %s."
	textFitsNot   = "Vi vet inte om adressen hör till %s. Kontrollera på något annat sätt att personen arbetar där."
	textTyped     = "Organisationen är inte en av kommunerna. Kontrollera att adressen är organisationens egen."
	textNoContact = "Ingen"
	textMailed    = "Svaret är mejlat."
	textGiven     = "%s, %s"

	reasonApproved = "Godkänd ansökan om att gå med"
)

// about is what a role is, for who chooses one: for themselves, or for somebody else.
func about(role access.Role) string {
	return map[access.Role]string{
		access.Follower:   "Vill följa NUSO och ställa frågor. Passar den vars kommun eller organisation inte deltar.",
		access.Member:     "Arbetar i en kommun eller stadsdel som deltar i en delstudie.",
		access.Contact:    "Ansvarar för NUSO i sin organisation och för vilka som har tillgång.",
		access.Regional:   "Arbetar i en region, en regional stödstruktur (RSS) eller ett kommunsamarbete.",
		access.Researcher: "Forskar vid ett lärosäte eller en FoU-enhet.",
	}[role]
}

// done tells what was decided: "Godkänd", as a label.
func (o Outcome) done() string {
	return map[Outcome]string{Approved: "Godkänd", Declined: "Avslagen", Replaced: "Ersatt av en nyare ansökan"}[o]
}

// did tells what somebody did: "har godkänt ansökan".
func (o Outcome) did() string {
	return map[Outcome]string{Approved: "har godkänt ansökan", Declined: "har avslagit ansökan"}[o]
}
