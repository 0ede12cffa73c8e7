package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"nuso.se/app/config"
)

// The exit statuses of the contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands are what the binary can do; kong reads the tags.
type commands struct {
	Serve   serveCommand `cmd:"" default:"1" help:"Visa webbplatsen (standard när inget kommando anges)."`
	Migrate struct {
		Up     migrateUp     `cmd:"" help:"För databasen till den senaste versionen."`
		Down   migrateDown   `cmd:"" help:"Ta tillbaka den senaste migreringen."`
		Status migrateStatus `cmd:"" help:"Visa vilka migreringar som är gjorda."`
	} `cmd:"" help:"Databasens schema."`
	Content struct {
		Check  contentCheck  `cmd:"" help:"Kontrollera innehållsfilerna."`
		Sync   contentSync   `cmd:"" help:"Läs in innehållsfilerna i databasen."`
		Export contentExport `cmd:"" help:"Skriv databasens innehåll som filer till en ny eller tom mapp."`
	} `cmd:"" help:"Innehållet: kontrollera, läs in, skriv ut."`
	Search struct {
		Reindex searchReindex `cmd:"" help:"Gör sökindexet på nytt, medan det gamla svarar."`
		Check   searchCheck   `cmd:"" help:"Visa hur sökindexet skiljer sig från databasen."`
	} `cmd:"" help:"Sökindexet: gör om, kontrollera."`
	Audit struct {
		Verify auditVerify `cmd:"" help:"Kontrollera att ingen rad i revisionsloggen har ändrats eller tagits bort."`
	} `cmd:"" help:"Revisionsloggen: kontrollera."`
	User struct {
		Add  userAdd  `cmd:"" help:"Ge någon en roll hos en organisation, med konto om det saknas."`
		Link userLink `cmd:"" help:"Skriv ut en adress som loggar in personen en gång, inom tio minuter."`
		List userList `cmd:"" help:"Visa alla som har konto."`
	} `cmd:"" help:"Personer: lägg till, logga in, visa."`
	Demo struct {
		Load  demoLoad  `cmd:"" help:"Läs in tydligt märkta demonstrationsuppgifter. Går inte i produktion."`
		Clear demoClear `cmd:"" help:"Ta bort demonstrationsuppgifterna, och inget annat."`
	} `cmd:"" help:"Demonstrationsuppgifter: läs in, ta bort."`
	Doctor      doctor         `cmd:"" help:"Undersök inställningar, databas och innehåll, och säg vad som behöver göras."`
	Healthcheck healthcheck    `cmd:"" help:"Fråga den server som körs om den är klar."`
	Version     versionCommand `cmd:"" help:"Visa programmets version."`
}

// console is what a command works with.
type console struct {
	ctx      context.Context
	settings map[string]string
	out, err io.Writer
}

// config returns the settings, validated.
func (c *console) config() (config.Config, error) { return readConfig(c.settings) }

// run parses the arguments and runs the command; it returns the exit status. Errors go to errs as what, where and the cure.
func run(ctx context.Context, args []string, settings map[string]string, out, errs io.Writer) (status int) {
	var cli commands
	helped := false
	parser, err := kong.New(&cli, kong.Name("nuso"), kong.Description("Samarbetsrummet, nuso.se."),
		kong.Writers(out, errs), kong.Exit(func(int) { helped = true }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ShortUsageOnError())
	if err != nil {
		fmt.Fprintln(errs, "nuso:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if helped {
		return exitDone
	}
	if err != nil {
		fmt.Fprintf(errs, "nuso: %v. Skriv nuso --help för att se vad som går att göra.\n", err)
		return exitUsage
	}
	err = command.Run(&console{ctx: ctx, settings: settings, out: out, err: errs})
	if err != nil && !errors.Is(err, errSaid) {
		fmt.Fprintln(errs, "nuso:", forPeople(err))
	}
	if err != nil {
		return exitFailed
	}
	return exitDone
}

// errSaid is returned by a command that has told what is wrong itself.
var errSaid = errors.New("said")

type healthcheck struct{}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(c *console) error {
	fmt.Fprintln(c.out, "nuso", version())
	return nil
}

// dirOrBuiltIn is the folder that a content command works on; empty is what is built into the binary.
func dirOrBuiltIn(dir string) string {
	if dir == "" {
		return "inbyggt innehåll"
	}
	return dir
}

func isDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return fmt.Errorf("mappen %q finns inte. Ange en mapp med innehållsfiler", dir)
	}
	return nil
}
