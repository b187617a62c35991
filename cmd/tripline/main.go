// Command tripline runs scripts for fleets of devices: uplinks come in over HTTP, triggers decide, RPCs
// act, and alarms reach people.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"github.com/tripline/tripline/runtime/engine"
	"github.com/tripline/tripline/runtime/worker"
)

// version is set by the build.
var version = "dev"

// cli is the command line; a subcommand is a file.
type cli struct {
	Serve serveCmd `cmd:"" help:"Run the server."`
	Demo  demoCmd  `cmd:"" help:"Run a server on a temporary folder, send one hot uplink and show the message that it causes."`
	Run   runCmd   `cmd:"" help:"Run one script once and print what came out."`
	Test  testCmd  `cmd:"" help:"Run case files."`
	Lint  lintCmd  `cmd:"" help:"Compile and check scripts."`
	Types typesCmd `cmd:"" help:"Print TypeScript declarations for script authors."`

	Backup  backupCmd  `cmd:"" help:"Copy the data of a server, which may be running, into one file."`
	Restore restoreCmd `cmd:"" help:"Put a backup into an empty data folder. It asks for the master key."`
	Rekey   rekeyCmd   `cmd:"" help:"Make a new master key and wrap the data keys with it. The server must not be running."`

	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	worker.Child() // never returns in a worker process
	// Scripts see the process's time zone, and theirs is UTC wherever they run.
	time.Local = engine.Zone()
	var c cli
	ctx := kong.Parse(&c,
		kong.Name("tripline"),
		kong.Description("The rule-script runtime for LoRaWAN and IoT fleets."),
		kong.UsageOnError(),
		kong.Vars{"version": version})
	if err := ctx.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tripline: "+err.Error())
		os.Exit(1)
	}
}
