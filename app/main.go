package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"

	"nuso.se/app/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], environment(), os.Stdout, os.Stderr))
}

// environment returns the settings of the process; where it is silent, those of the file .env.
func environment() map[string]string {
	settings, err := godotenv.Read(".env")
	if err != nil { // no file is no fault
		settings = map[string]string{}
	}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		settings[name] = value
	}
	return maps.Clone(settings)
}

// readConfig reads and validates the settings; the error names every bad one with its cure.
func readConfig(settings map[string]string) (config.Config, error) {
	cfg, err := env.ParseAsWithOptions[config.Config](env.Options{Environment: settings})
	if err != nil {
		return cfg, fmt.Errorf("läser inställningarna: %w", err)
	}
	return cfg, cfg.Validate()
}
