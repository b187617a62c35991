// Command bench measures the product beside references that run on the same machine at the same time,
// and prints ratios: machines differ, ratios less.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/tripline/tripline/runtime/worker"
)

func main() {
	worker.Child()          // never returns in a worker process
	debug.SetGCPercent(400) // as the server has it
	product := flag.String("tripline", "bin/tripline", "the product's binary")
	forwarder := flag.String("forwarder", "../shared/reference/forwarder", "source folder of the forwarder, the yardstick of the end-to-end figures")
	duration := flag.Duration("duration", 10*time.Second, "of each end-to-end measurement")
	connections := flag.Int("connections", 64, "that post uplinks at once")
	only := flag.String("only", "", "micro, killed, e2e or fairness; all when empty")
	attack := flag.Int("attack", 0, "which of the hostile scripts runs beside the uplinks, from 1; 0: all in turn")
	profile := flag.String("cpuprofile", "", "where the product writes a CPU profile of the end-to-end run")
	flag.Parse()

	if err := run(*product, *forwarder, *duration, *connections, *attack, *only, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

func run(product, forwarder string, duration time.Duration, connections, attack int, only, profile string) error {
	if only == "" || only == "micro" {
		if err := micro(); err != nil {
			return err
		}
	}
	if only == "" || only == "killed" {
		if err := killed(); err != nil {
			return err
		}
	}
	if only == "" || only == "e2e" {
		if err := endToEnd(product, forwarder, duration, connections, profile); err != nil {
			return err
		}
	}
	if only == "" || only == "fairness" {
		return fairness(product, duration, connections, attack)
	}
	return nil
}
