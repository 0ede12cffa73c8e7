package markdown

// What the package says to people. A message is a fault and its cure around a "|";
// see newProblem.
const (
	// Files and front matter.
	msgTooLarge        = "Texten är för stor: %[1]d kB.|Dela den i flera; högst %[2]d kB går att spara."
	msgTooManyLines    = "Texten har fler än %[1]d rader.|Dela den i flera texter."
	msgNUL             = "Texten innehåller ett nolltecken (NUL).|Ta bort tecknet, eller spara filen som text i UTF-8."
	msgNotUTF8         = "Texten är inte UTF-8.|Spara om filen med teckenkodningen UTF-8."
	msgBOM             = "Filen börjar med en byteordningsmarkering (BOM).|Spara om den som ”UTF-8” utan BOM."
	msgCRLF            = "Filen har Windows radslut (CRLF).|Spara om den med radslutet LF."
	msgNoFrontMatter   = "Filen saknar sidhuvud.|Börja filen med en rad ”---”, sedan nycklarna, sedan en rad ”---” till."
	msgOpenFrontMatter = "Sidhuvudet som börjar här tar aldrig slut.|Sätt en rad ”---” efter den sista nyckeln."
	msgDashes          = "Raden ska vara exakt ”---”.|Ta bort mellanslagen runt strecken."
	msgUnknownKey      = "Nyckeln ”%[1]s” finns inte.|Rätta den eller ta bort den; nycklarna är %[2]s."
	msgDuplicateKey    = "Nyckeln ”%[1]s” står två gånger.|Ta bort den ena; den andra står på rad %[2]d."
	msgWrongType       = "Fel slags värde för %[1]s: ”%[2]s”.|Skriv %[3]s."
	msgYAML            = "Raden går inte att tolka som YAML.|Kontrollera indrag och kolon; sätt text med kolon inom citattecken."
	msgBadValue        = "%[1]s.|Rätta värdet."
	msgValue           = "värdet"
	msgWantList        = "en lista: [ett, två]"
	msgWantWhole       = "ett heltal"
	msgWantNumber      = "ett tal"
	msgWantBool        = "true eller false"
	msgWantText        = "en text"
	msgWantDate        = "ett datum: 2025-09-19"
	msgWantKeys        = "nycklar med värden"

	// Texts that are refused whole.
	msgTooDeep          = "Texten är nästlad i för många nivåer.|Gör listor och citat plattare."
	msgTooManyBlocks    = "Texten har för många listor och citat.|Dela den i flera texter."
	msgTooTangled       = "Stycket har för många specialtecken (* _ [ ] `) för sin längd.|Dela det i flera stycken, eller skriv \\ framför tecken som ska synas."
	msgTooManyCells     = "Tabellen har för många celler.|Dela den i flera tabeller, eller bifoga den som en fil."
	msgTooManyFootnotes = "Texten har för många fotnoter.|Dela den i flera texter."
	msgTooMuchExpansion = "Samma långa länkadress används för många gånger.|Korta adressen eller ta bort länkar."
	msgTooManyLinks     = "Texten har för många länkar.|Dela den i flera texter."
	msgTooManyCharts    = "Texten har för många diagram och filmkort.|Dela den i flera texter."
	msgNotRendered      = "Texten gick inte att visa (%[1]v).|Anmäl felet till projektkontoret."

	// Headings, quotations, footnotes, tags.
	msgTopHeading     = "Texten har en rubrik på högsta nivån (#).|Börja på ##; sidans titel är den högsta rubriken."
	msgEmptyHeading   = "Rubriken är tom.|Skriv en rubrik eller ta bort tecknen #."
	msgSkippedLevel   = "Rubriken på nivå %[1]d hoppar över en nivå.|Använd nivå %[2]d här, eller lägg till rubriken som saknas."
	msgUnknownCallout = "Rutan ”[!%[1]s]” finns inte.|Använd NOTE, TIP, IMPORTANT eller WARNING."
	msgEmptyCallout   = "Rutan är tom.|Skriv dess text på raderna under, med > först på varje rad."
	msgNoFootnote     = "Fotnoten [^%[1]s] har ingen text.|Lägg till raden ”[^%[1]s]: …” sist i texten."
	msgUnusedFootnote = "Inget hänvisar till fotnoten [^%[1]s].|Skriv [^%[1]s] i texten, eller ta bort fotnoten."
	msgRawHTML        = "HTML visas som text: %[1]s.|Skriv Markdown i stället."

	// Links and images.
	msgNoAddress   = "Länken saknar adress.|Skriv adressen inom parentes: [text](/adress)."
	msgBadAddress  = "Länkens adress går inte att använda: ”%[1]s”.|Kontrollera adressen; den får inte innehålla mellanslag, omvända snedstreck eller användarnamn."
	msgNoScheme    = "Adressen ”%[1]s” börjar med //.|Skriv hela adressen med https:// eller, för en sida här, ett enda snedstreck."
	msgRelative    = "Adressen ”%[1]s” är inte hel.|Börja med / för en sida här, eller med https:// för en annan webbplats."
	msgBadScheme   = "Adressen ”%[1]s” är av ett slag som inte tillåts.|Använd https://, mailto: eller tel:."
	msgEmptyLink   = "Länken till ”%[1]s” saknar text.|Skriv vart den leder mellan hakparenteserna."
	msgVagueLink   = "Länktexten ”%[1]s” säger inte vart länken leder.|Skriv målets namn som länktext."
	msgNestedLink  = "Länken till ”%[1]s” har en fotnot i sin text.|Flytta fotnoten till efter länken."
	msgNoFragment  = "Länken till #%[1]s leder ingenstans i texten.|Kontrollera rubriken; dess adress är rubriken med små bokstäver a–z och bindestreck."
	msgNoImageName = "Bilden saknar filnamn.|Skriv filens namn inom parentes: ![vad bilden visar](bild.png)."
	msgNoImage     = "Bilden ”%[1]s” finns inte.|Kontrollera namnet, eller ladda upp bilden."
	msgRemoteImage = "Bilden ”%[1]s” ligger på en annan webbplats.|Ladda upp bilden hit och använd dess filnamn."
	msgNoAlt       = "Bilden ”%[1]s” saknar alternativtext.|Skriv vad bilden visar mellan hakparenteserna: ![vad bilden visar](bild.png)."

	// Charts and films.
	msgChartHidden    = "Diagrammet visas inte. %[1]s"
	msgNoChartKey     = "Diagrammet saknar ”%[1]s”.|Lägg till ”%[1]s:” med ett värde."
	msgNoChartFact    = "Diagrammet saknar ”%[1]s”.|Lägg till ”%[1]s:” med ett värde, eller orden ”anges inte i källan”."
	msgChartType      = "Diagramtypen ”%[1]s” finns inte.|Skriv typ: stapel eller typ: linje."
	msgNoChartData    = "Diagrammet saknar siffror.|Skriv en tom rad efter nycklarna och sedan siffrorna, med semikolon mellan kolumnerna."
	msgNoSeries       = "Diagrammets första rad har bara en kolumn.|Skriv rubriker med semikolon emellan: Ålder;Andel."
	msgRowLength      = "Raden har %[1]d kolumner, men rubrikraden %[2]d.|Skriv lika många semikolon på varje rad."
	msgNoLabel        = "Raden börjar utan namn.|Skriv vad raden gäller före det första semikolonet."
	msgNotANumber     = "”%[1]s” är inget tal.|Skriv bara siffror, till exempel 23 eller 23,5; enheten står i ”enhet”. Lämna tomt om uppgift saknas."
	msgTooManyRows    = "Diagrammet har för många rader.|Ett stapeldiagram får ha %[1]d rader; slå ihop några eller gör en tabell."
	msgTooManySeries  = "Diagrammet har för många serier.|Högst %[1]d serier går att läsa; gör flera diagram."
	msgTooFewPoints   = "Ett linjediagram behöver minst två rader.|Lägg till rader, eller använd typ: stapel."
	msgChartTooLarge  = "Diagrammets texter är för långa.|Korta dem, eller gör en tabell."
	msgFilmHidden     = "Filmen visas inte. %[1]s"
	msgNoFilmKey      = "Filmkortet saknar ”%[1]s”.|Lägg till ”%[1]s:” med ett värde."
	msgFilmAddress    = "Filmens adress ”%[1]s” går inte att använda.|Skriv hela adressen, med https:// först."
	msgFilmTranscript = "Transkriptets adress ”%[1]s” går inte att använda.|Skriv en adress som börjar med / eller https://, eller bara ord."
)

// phrases are the words the renderer itself puts into a text, in the text's language.
type phrases struct {
	note, tip, important, warning string
	glossary, external            string
	footnote, footnotes, back     string
	table, data, csv, svg         string
	source, period, missing       string
	length, captions, transcript  string
	film, watch                   string
}

// phrasesIn gives the words in a language; all but English are Swedish.
func phrasesIn(lang string) phrases {
	if lang == "en" {
		return phrases{
			note: "Note", tip: "Tip", important: "Important", warning: "Warning",
			glossary: "Glossary", external: "external website",
			footnote: "Footnote", footnotes: "Footnotes", back: "Back to the text",
			table: "Table", data: "The figures in a table", csv: "Download as CSV", svg: "Download as SVG",
			source: "Source", period: "Period", missing: "not available",
			length: "Length", captions: "Captions", transcript: "Transcript",
			film: "Film", watch: "The film is on %s. Nothing is loaded from there until you open it.",
		}
	}
	return phrases{
		note: "Bra att veta", tip: "Tips", important: "Viktigt", warning: "Varning",
		glossary: "Ordlistan", external: "extern webbplats",
		footnote: "Fotnot", footnotes: "Fotnoter", back: "Tillbaka till texten",
		table: "Tabell", data: "Siffrorna i en tabell", csv: "Ladda ner som CSV", svg: "Ladda ner som SVG",
		source: "Källa", period: "Period", missing: "uppgift saknas",
		length: "Längd", captions: "Undertexter", transcript: "Transkript",
		film: "Film", watch: "Filmen finns på %s. Inget hämtas därifrån förrän du öppnar den.",
	}
}

// callout gives the class and the title of a kind of callout; an unknown kind has none.
func (p phrases) callout(kind string) (class, title string) {
	switch kind {
	case "NOTE":
		return "note", p.note
	case "TIP":
		return "tip", p.tip
	case "IMPORTANT":
		return "important", p.important
	case "WARNING":
		return "warning", p.warning
	}
	return "", ""
}
