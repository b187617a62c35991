// Package e2e holds the tests of the whole product: they build the program, run it as a process on a
// folder of its own and talk to it over HTTP, with stand-ins for the servers that scripts talk to.
package e2e
