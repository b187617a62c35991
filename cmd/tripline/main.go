// Command tripline is the server and the tools of script authors.
package main

import "github.com/alecthomas/kong"

// cli is the table of contents of the command line.
type cli struct {
	Run   runCmd   `cmd:"" help:"Run a script once and print what comes out."`
	Test  testCmd  `cmd:"" help:"Run case files."`
	Lint  lintCmd  `cmd:"" help:"Compile and check scripts."`
	Types typesCmd `cmd:"" help:"Print the TypeScript declarations for script authors."`
}

func main() {
	ctx := kong.Parse(&cli{}, kong.Name("tripline"), kong.Description("Runs ThinkLink scripts and performs what they return."), kong.UsageOnError())
	ctx.FatalIfErrorf(ctx.Run())
}
