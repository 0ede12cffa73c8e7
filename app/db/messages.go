package db

// What people read when the database stops a start or a request. Each says what is wrong and the cure.
const (
	textNoFolder = "Ingen datakatalog är angiven. Sätt NUSO_DATA_DIR till en katalog som programmet får skriva i."
	textNoFile   = "DATABASE_URL ska peka på en fil: sqlite:SÖKVÄG. Databas enbart i minnet stöds inte."
	textBadURL   = "DATABASE_URL går inte att tolka. Lämna den tom för SQLite i datakatalogen, eller skriv sqlite:SÖKVÄG eller postgres://användare:lösenord@värd/databas."
	textNoWrite  = "Databasfilen %s går inte att öppna. Kontrollera att katalogen finns och att programmet får skriva i den."
	textNoServer = "PostgreSQL på %s svarar inte. Kontrollera att servern är igång och att DATABASE_URL stämmer (adress, användare, lösenord, databas)."

	textAway   = "Databasen svarar inte just nu. Försök igen om en stund."
	textBusy   = "Databasen är upptagen just nu. Försök igen om en stund."
	textFull   = "Det går inte att spara just nu: lagringsutrymmet är slut. Inget har sparats. Försök igen senare."
	textTaken  = "Det finns redan en uppgift med samma namn eller nyckel."
	textInUse  = "Uppgiften hör ihop med något annat som saknas eller fortfarande används."
	textBroken = "Databasfilen är skadad eller är ingen databas. Återställ en säkerhetskopia med nuso restore."

	textNewer = "Databasen har schema %d men det här programmet känner bara till schema %d. Kör den nyare versionen av programmet, eller återställ en säkerhetskopia från före uppgraderingen med nuso restore."
	textGaps  = "Databasens schema stämmer inte med det här programmet: %s. Kör samma version av programmet som senast, eller återställ en säkerhetskopia."
	textWait  = "En annan start håller på att förbereda databasen sedan en stund. Försök igen när den är klar."

	textHeld       = "Datakatalogen %s används redan av ett annat nuso%s. Stoppa det först, eller peka ut en egen katalog med NUSO_DATA_DIR. Flera processer på samma data kräver PostgreSQL (DATABASE_URL)."
	textHolder     = " (process %s, sedan %s)"
	textFolderLock = "Datakatalogen %s går inte att låsa. Kontrollera att den finns på en lokal disk och att programmet får skriva i den."
)
