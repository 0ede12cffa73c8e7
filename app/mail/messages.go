package mail

// What people read when a letter or a setting cannot be used.
const (
	textAddress  = "Skriv en e-postadress som namn@exempel.se."
	textHeader   = "Brevet har ett fält som inte får anges."
	textLines    = "Namn, ämne och adresser får inte innehålla radbrytningar."
	textEmpty    = "Brevet behöver ämne och text."
	textEncoding = "Brevet innehåller tecken som inte går att läsa."

	textUndeliverable = "Adressen tar inte emot mejl (%d)."

	textFrom = "MAIL_FROM går inte att tolka. Skriv Namn <namn@exempel.se>."
	textBase = "NUSO_BASE_URL går inte att tolka. Skriv https://exempel.se."
)
