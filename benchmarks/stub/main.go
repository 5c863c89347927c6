// Command stub is a scheduler extender without a mind of its own, to compare Ballast with.
//
//	stub noop    --listen 127.0.0.1:PORT             decodes a call, gives all names back, scores by position
//	stub ceiling --listen 127.0.0.1:PORT [--keep K]  decodes nothing: the most that any extender can reach
//
// Verbs are POST /v1/filter and /v1/prioritize. GET /stats gives the time that calls took since the start
// or the last POST /stats/reset.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
)

func main() {
	if err := run(os.Args[1:]); errors.Is(err, flag.ErrHelp) {
		return
	} else if err != nil {
		fmt.Fprintln(os.Stderr, "stub:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	kind := ""
	if len(arguments) > 0 {
		kind, arguments = arguments[0], arguments[1:]
	}
	flags := flag.NewFlagSet("stub "+kind, flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on")
	keep := 0
	var serve func(net.Listener) error
	switch kind {
	case "noop":
		serve = serveNoop
	case "ceiling":
		flags.IntVar(&keep, "keep", 0, "filter gives back the first `K` names; 0 for all")
		serve = func(listener net.Listener) error { return serveCeiling(listener, keep) }
	default:
		return fmt.Errorf("'%s' is no kind of stub: say 'noop' or 'ceiling'", kind)
	}
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if keep < 0 {
		return fmt.Errorf("--keep is %d, it has to be at least 0", keep)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	return serve(listener)
}
