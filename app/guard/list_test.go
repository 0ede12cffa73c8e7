package guard_test

import (
	"strings"
	"testing"

	"nuso.se/app/guard"
)

// lines puts each item on a line of its own.
func lines(items ...string) string { return strings.Join(items, "\n") }

func TestListsThatLookLikeSerialNumbersAreFound(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"letters and digits on lines", lines("A-00123", "A-00124", "A-00131", "A-00140", "A-00155")},
		{"letters without a hyphen", lines("LP0123", "LP0124", "LP0131", "LP0140", "LP0155")},
		{"letters that begin like a postal code", lines("SN-10123", "SN-10124", "SN-10131", "SN-10140", "SN-10155")},
		{"letters that differ", lines("A-1123", "B-1124", "A-2131", "C-1140", "A-9155")},
		{"three digits with zeros", lines("A001", "A002", "A003", "A004", "A005")},
		{"digits with zeros", lines("00123", "00456", "01789", "00012", "00999")},
		{"three digits with zeros alone", lines("001", "002", "003", "004", "005")},
		{"only digits on the lines", lines("10023", "10442", "10031", "12055", "10102")},
		{"four digits only", lines("1001", "1002", "1003", "1004", "1005")},
		{"twelve digits only", lines("310023000123", "310023000455", "310023000187", "310023000201", "310023000399")},
		{"with words after", lines("00123 klar", "00124 klar", "00131 ej klar", "00140 klar", "00155 klar")},
		{"with words before", lines("Barn 00123", "Barn 00124", "Barn 00131", "Barn 00140", "Barn 00155")},
		{"ids with words around", lines("Barn A-00123.", "Flicka A-00124.", "A-00131 klar", "x", "") +
			lines("se A-00123", "se A-00124", "och A-00131", "med A-00140", "utan A-00155")},
		{"close to each other with words", lines("10023 Anna", "10024 Kalle", "10026 Lisa", "10027 Per", "10030 Stina")},
		{"falling", lines("10030 a", "10027 b", "10026 c", "10024 d", "10023 e")},
		{"in a bullet list", lines("- 10023", "- 10442", "- 10031", "- 12055", "- 10102")},
		{"in a starred list", lines("* A-00123", "* A-00124", "* A-00131", "* A-00140", "* A-00155")},
		{"in a numbered list", lines("1. 10023", "2. 10442", "3. 10031", "4. 12055", "5. 10102")},
		{"in a quotation", lines("> 10023", "> 10442", "> 10031", "> 12055", "> 10102")},
		{"with blank lines between", lines("10023", "", "10442", "", "10031", " ", "12055", "", "10102")},
		{"in a column with semicolons", lines("Kön;Id;Ålder", "F;00123;4", "P;00124;14", "F;00131;9", "P;00140;3", "P;00155;17")},
		{"in a column with tabs", lines("F\tA-00123", "P\tA-00124", "F\tA-00131", "P\tA-00140", "P\tA-00155")},
		{"in a column after an empty one", lines("\t00123", "\t00124", "\t00131", "\t00140", "\t00155")},
		{"in a Markdown table", lines("| Id | Ålder |", "|---|---|", "| 00123 | 4 |", "| 00124 | 14 |", "| 00131 | 9 |", "| 00140 | 3 |", "| 00155 | 7 |")},
		{"in a CSV with commas", lines("00123,F,4", "00124,P,14", "00131,F,9", "00140,P,3", "00155,P,17")},
		{"last in a CSV with commas", lines("F,4 år,A00123", "P,5 år,A00124", "F,4 år,A00131", "P,4 år,A00140", "P,9 år,A00155")},
		{"in quotation marks", lines(`"00123";"F"`, `"00124";"P"`, `"00131";"F"`, `"00140";"P"`, `"00155";"P"`)},
		{"in a Markdown table with emphasis", lines("| Barn | Id |", "|---|---|", "| a | **00123** |", "| b | **00124** |", "| c | 00131 |", "| d | `00140` |", "| e | 00155 |")},
		{"in links", lines("- [A-00123](/a)", "- [A-00124](/b)", "- [A-00131](/c)", "- [A-00140](/d)", "- [A-00155](/e)")},
		{"in a list of front matter", "variants: [A-00123, A-00124, A-00131, A-00140, A-00155]"},
		{"in a list of front matter down the lines", lines("variants:", "  - A-00123", "  - A-00124", "  - A-00131", "  - A-00140", "  - A-00155")},
		{"in a list of front matter after a summary", lines("summary: Kort om allt.", "variants: [A-00123, A-00124, A-00131, A-00140, A-00155]")},
		{"under a word for secrecy", lines("Sekretess:", "00123", "00124", "00131", "00140", "00155")},
		{"after a school term along a line", "HT21 1001 1002 1003 1004 1005"},
		{"as the words of pictures", lines("![A-00123](a.png)", "![A-00124](b.png)", "![A-00131](c.png)", "![A-00140](d.png)", "![A-00155](e.png)")},
		{"with a non-breaking hyphen and soft ones", lines("A\u201100123", "A\u201100\u00ad124", "A\u201100131", "A\u201100140", "A\u201100&shy;155")},
		{"under a heading, whatever they look like", lines("Löpnummer", "7", "12", "31", "140", "1552")},
		{"under a heading with a year", lines("Löpnummer 2025:", "1014", "1442", "1782", "2061", "2180")},
		{"under a column's heading", lines("Löpnr;Ålder", "12;4", "17;14", "31;9", "40;3", "55;17")},
		{"called löpnummer on each line", lines("Löpnummer 10023", "Löpnummer 10442", "Löpnummer 10531", "Löpnummer 12055", "Löpnummer 10102")},
		{"along a line with commas", "Barnen 00123, 00124, 00131, 00140, 00155 saknas."},
		{"along a line with och", "Vi saknar A-00123, A-00124, A-00131, A-00140 och A-00155 i filen."},
		{"along a line with spaces", "10023 10024 10025 10027 10029"},
		{"along a line with semicolons", "00123;00124;00131;00140;00155"},
		{"along a line called löpnummer", "Löpnummer: 10023, 10442, 10531, 12055, 11102"},
		{"a line after the word", lines("Saknade löpnummer:", "10023, 10442, 10531, 12055, 11102")},
		{"full-width digits", script('０', lines("A-00123", "A-00124", "A-00131", "A-00140", "A-00155"))},
		{"after statistics", lines("Karlstad;96466", "Arvika;25933", "", "00123", "00124", "00131", "00140", "00155")},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := guard.Check(row.text); kinds(got) != "löpnummer" {
				t.Errorf("found %v, want one list", got)
			}
		})
	}
}

func TestColumnsOfOtherNumbersPass(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"four only", lines("A-00123", "A-00124", "A-00131", "A-00140")},
		{"prose between", lines("A-00123", "A-00124", "och så", "A-00131", "A-00140", "A-00155")},
		{"a numbered list", lines("1. Öppna filen", "2. Markera", "3. Kopiera", "4. Klistra in", "5. Spara", "6. Stäng")},
		{"numbered memos", lines("PM 1", "PM 2", "PM 3", "PM 4", "PM 5", "PM 6")},
		{"delstudier", lines("Delstudie 1", "Delstudie 2", "Delstudie 3", "Delstudie 4", "Delstudie 5")},
		{"years", lines("2019", "2020", "2021", "2022", "2023", "2024")},
		{"years with counts", lines("2019 12 500", "2020 13 100", "2021 13 400", "2022 13 900", "2023 14 000")},
		{"years along a line", "åren 2019, 2020, 2021, 2022, 2023 och 2024"},
		{"terms", lines("HT2021", "VT2022", "HT2022", "VT2023", "HT2023")},
		{"dates", lines("2025-09-19", "2025-09-26", "2025-10-03", "2025-10-10", "2025-10-17")},
		{"dates together", lines("20250919", "20250926", "20251003", "20251010", "20251017")},
		{"short dates together", lines("250919", "250926", "251003", "251010", "251017")},
		{"times", lines("8.15 Samling", "9.00 Paus", "9.15 Arbete", "10.00 Fika", "10.30 Slut")},
		{"phones", lines("070-123 45 67", "070-123 45 68", "070-123 45 69", "070-123 45 70", "070-123 45 71")},
		{"phones together", lines("0701234567", "0701234568", "0701234569", "0701234570", "0701234571")},
		{"phones after names", lines("Anna 0541234567", "Per 0541234568", "Lisa 0541234569", "Bo 0541234570", "Eva 0541234571")},
		{"organisation numbers", lines("212000-1850", "212000-1868", "212000-1876", "212000-1884", "212000-1892")},
		{"organisation numbers together", lines(fill("212000185#"), fill("212000186#"), fill("212000187#"), fill("212000188#"), fill("212000189#"))},
		{"case numbers", lines("dnr 2025-00123", "dnr 2025-00124", "dnr 2025-00125", "dnr 2025-00126", "dnr 2025-00127")},
		{"case numbers with a committee", lines("KS 2024/0345", "KS 2024/0346", "SN 2024/0001", "KS 2024/0348", "KS 2024/0349")},
		{"case numbers with hyphens", lines("SN-2024-0345", "SN-2024-0346", "SN-2024-0347", "SN-2024-0348", "SN-2024-0349")},
		{"case numbers before the year", lines("0345/2024", "0346/2024", "0347/2024", "0348/2024", "0349/2024")},
		{"laws", lines("SFS 2001:453", "SFS 2017:900", "SFS 2018:218", "SFS 2018:1937", "SFS 2025:400")},
		{"amounts", lines("12 500 kr", "13 000 kr", "13 500 kr", "14 000 kr", "14 500 kr")},
		{"amounts together", lines("12500", "13000", "13500", "14000", "14500")},
		{"thousands whose end has zeros", lines("1 001", "2 005", "1 050", "3 010", "2 001")},
		{"six digits with a space", lines("100 023", "200 045", "300 001", "400 007", "500 012")},
		{"six digits with a space along a line", "100 023 200 045 300 001 400 007 500 012"},
		{"English thousands along a line", "123,045,006,078,012,340"},
		{"percentages", lines("23 %", "44 %", "12,5 %", "100 %", "87 %")},
		{"decimals", lines("0,001", "0,012", "0,040", "0,155", "0,900")},
		{"ISBN", lines("978-91-7585-123-4", "978-91-7585-124-1", "978-91-7585-125-8", "978-91-7585-126-5", "978-91-7585-127-2")},
		{"postal codes", lines("651 84 Karlstad", "671 31 Arvika", "681 30 Kristinehamn", "652 25 Karlstad", "653 40 Karlstad")},
		{"postal codes with their country", lines("SE-65184", "SE-67131", "SE-68130", "SE-65225", "SE-65340")},
		{"postal codes under their heading", lines("Postnummer", "65184", "67131", "68130", "65225", "65340")},
		{"IP addresses", lines("10.0.0.123", "10.0.0.124", "10.0.0.125", "10.0.0.126", "10.0.0.127")},
		{"addresses on the web", lines("https://nuso.se/a/10023", "https://nuso.se/a/10024", "https://nuso.se/a/10025", "https://nuso.se/a/10026", "https://nuso.se/a/10027")},
		{"municipal codes", lines("1760 Storfors", "1761 Hammarö", "1762 Munkfors", "1763 Forshaga", "1764 Grums", "1765 Årjäng")},
		{"municipal codes of Stockholm", lines("0114;Upplands Väsby", "0115;Vallentuna", "0117;Österåker", "0120;Värmdö", "0123;Järfälla")},
		{"municipal codes with counts", lines("1440;Ale;31868", "1441;Lerum;43020", "1442;Vårgårda;12131", "1443;Bollebygd;9679", "1444;Grästorp;5695", "1445;Essunga;5667")},
		{"county codes", lines("01 Stockholm", "03 Uppsala", "04 Södermanland", "05 Östergötland", "06 Jönköping")},
		{"measures of Kolada", lines("befolkning (N02926)", "bidrag (N31807)", "yta (N02937)", "tätort (N00954)", "arbete (N02280)")},
		{"measures under their heading", lines("Nyckeltal", "N25042", "N25043", "N25044", "N25045", "N25046")},
		{"statistics with semicolons", lines("Kommun;2023;2024", "Arvika;25933;25801", "Forshaga;11523;11498", "Hammarö;16874;17011", "Karlstad;96466;97233", "Sunne;13334;13299")},
		{"statistics with tabs", lines("Ålder\tAntal", "0–2 år\t1234", "3–6 år\t2345", "7–12 år\t3456", "13–15 år\t4567", "16–17 år\t5678")},
		{"statistics in a Markdown table", lines("| Kommun | Anmälningar | Utredningar |", "|---|---:|---:|", "| Arvika | 1023 | 512 |", "| Kil | 1145 | 618 |", "| Sunne | 1290 | 701 |", "| Säffle | 1388 | 733 |", "| Torsby | 1502 | 790 |")},
		{"statistics rising along a line", "Karlstad;10023;10500;11020;12003;13001"},
		{"statistics under a word", lines("Antal invånare:", "10023", "10442", "11531", "12055", "13102")},
		{"statistics that rise by little, under a word", lines("År;Folkmängd", "2019;10023", "2020;10024", "2021;10026", "2022;10027", "2023;10030")},
		{"a chart", lines("Ålder;Andel", "1 år;23", "3 år;31", "6 år;38", "10 år;41", "14 år;44")},
		{"an IBAN along a line", "SE45 5000 0000 0583 9825 7466"},
		{"accounts", lines("SE45 5000 0000 0583 9825 7466", "SE35 5000 0000 0549 1000 0003", "SE72 8000 0810 3400 0978 3242")},
		{"bankgiro", lines("bg 5050-1055", "bg 5050-1056", "bg 5050-1057", "bg 5050-1058", "bg 5050-1059")},
		{"plusgiro", lines("pg 12 34 56-7", "pg 12 34 57-5", "pg 12 34 58-3", "pg 12 34 59-1", "pg 12 34 60-9")},
		{"DOI", lines("10.1177/0907568219", "10.1177/0907568220", "10.1177/0907568221", "10.1177/0907568222", "10.1177/0907568223")},
		{"meetings in Zoom", lines("Mötes-ID: 810 1010 1924", "Mötes-ID: 810 1010 1925", "Mötes-ID: 810 1010 1926", "Mötes-ID: 810 1010 1927", "Mötes-ID: 810 1010 1928")},
		{"years from and to", lines("2019–2020", "2020–2021", "2021–2022", "2022–2023", "2023–2024")},
		{"hashes", lines("3b1c9f8", "3b1c9f9", "a01c9f8", "00123ab", "00124ab", "7b1c9f8")},
		{"the same number over and over", lines("10023", "10023", "10023", "10023", "10023", "10023")},
		{"pages", lines("s. 1023–1045", "s. 1046–1050", "s. 1051–1060", "s. 1061–1070", "s. 1071–1080")},
		{"footnotes", lines("[^101]: a", "[^102]: b", "[^103]: c", "[^104]: d", "[^105]: e")},
		{"text about löpnummer", "Löpnummer står i stället för namn. Skriv dem aldrig här, utan i filen för 2025."},
		{"counts after text about löpnummer", lines("Så många löpnummer saknas:", "Karlstad 12", "Arvika 3", "Sunne 10", "Kil 7", "Grums 22")},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := guard.Check(row.text); got != nil {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestAListIsToldOnceWhereItBegins(t *testing.T) {
	text := lines("Här är listan:", "", "Namn;Id", "a;00123", "b;00124", "c;00131", "d;00140", "e;00155", "f;00156", "g;00157",
		"Slut.", "Och en till:", "Slut.",
		"A-00123 A-00124 A-00131 A-00140 A-00155", "A-00223 A-00224 A-00231 A-00240 A-00255")
	got := guard.Check(text)
	want := []guard.Position{{Line: 4, Column: 3}, {Line: 14, Column: 1}}
	if len(got) != len(want) || got[0].Where != want[0] || got[1].Where != want[1] {
		t.Errorf("found %v, want lists at %v", got, want)
	}
}

func TestFindingsComeInTheOrderTheyStand(t *testing.T) {
	text := fill(lines("00123;x", "00124;810101-924#", "00131;x", "00140;x", "00155;810161-924#"))
	if got := kinds(guard.Check(text)); got != "löpnummer personnummer samordningsnummer" {
		t.Errorf("found %q", got)
	}
}
