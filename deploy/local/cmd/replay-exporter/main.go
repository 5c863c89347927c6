// Command replay-exporter is a fleet of made-up node_exporters on one loopback port. Its counters
// are the integral of a load that tests set over HTTP or that a trace dictates. README.md of
// deploy/local describes the controls.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

const usage = `usage: replay-exporter [FLAGS]            serve the fleet over HTTP
       replay-exporter history [FLAGS]    print the fleet's past as OpenMetrics for promtool
       replay-exporter targets [FLAGS]    print a Prometheus file_sd list, one target a node
       replay-exporter instance [FLAGS]   print the instance label of the node that --without names
`

func main() {
	args := os.Args[1:]
	mode := "serve"
	if len(args) > 0 && slices.Contains([]string{"history", "targets", "instance"}, args[0]) {
		mode, args = args[0], args[1:]
	}
	if err := run(mode, args, time.Now); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "replay-exporter:", err)
		os.Exit(1)
	}
}

// options are the values of all flags; each mode uses some of them.
type options struct {
	settings
	listen, loadFile, cpuTrace, memTrace, state, job, end string
	speed                                                 float64
	epoch                                                 int64
	duration, step                                        time.Duration
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("replay-exporter", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage, "\nflags:\n")
		flags.PrintDefaults()
	}
	flags.IntVar(&o.nodes, "nodes", 50, "how many nodes")
	flags.IntVar(&o.cpusPerNode, "cpus-per-node", 2, "how many cpu series a node has")
	flags.Float64Var(&o.memoryBytes, "memory-bytes", 64<<30, "memory of a node")
	flags.Float64Var(&o.initial.CPU, "cpu", 0.1, "cpu load of nodes of which nothing else is said")
	flags.Float64Var(&o.initial.Mem, "mem", 0.2, "memory load of nodes of which nothing else is said")
	flags.StringVar(&o.loadFile, "load", "", "file with loads in the form of POST /load")
	flags.StringVar(&o.cpuTrace, "trace", "", "CSV file with the cpu load over time: vm,t0,t300,... in percent")
	flags.StringVar(&o.memTrace, "mem-trace", "", "the same for memory")
	flags.Float64Var(&o.speed, "speed", 1, "how many times faster than real time the trace runs")
	flags.StringVar(&o.without, "without", "", "a node to leave out of /metrics and targets, as it has a real exporter")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback address to serve on; with 'targets' the address of the fleet")
	flags.StringVar(&o.state, "state", "", "file that keeps posted loads over a restart; counters then begin at 0")
	flags.Int64Var(&o.epoch, "epoch", 0, "Unix seconds since when the counters run (default: the start)")
	flags.StringVar(&o.job, "job", "node-exporter", "history: label job")
	flags.DurationVar(&o.duration, "duration", 24*time.Hour, "history: how far back")
	flags.DurationVar(&o.step, "step", time.Minute, "history: time between samples")
	flags.StringVar(&o.end, "end", "now", "history: Unix seconds where it ends, or now")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	return o, o.check()
}

func (o options) check() error {
	if err := fleet.CheckSize(o.nodes); err != nil {
		return err
	}
	if o.cpusPerNode < 1 {
		return fmt.Errorf("--cpus-per-node is %d, it has to be at least 1", o.cpusPerNode)
	}
	if _, err := (change{&o.initial.CPU, &o.initial.Mem}).apply(load{}); err != nil {
		return fmt.Errorf("--cpu and --mem: %w", err)
	}
	if o.without != "" {
		_, err := fleet.Index(o.without, o.nodes)
		return err
	}
	return nil
}

func run(mode string, args []string, now func() time.Time) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if mode == "targets" {
		return json.NewEncoder(os.Stdout).Encode(o.targets(o.listen))
	}
	if mode == "instance" {
		i, err := fleet.Index(o.without, o.nodes)
		if err == nil {
			fmt.Println(fleet.Instance(i))
		}
		return err
	}
	f, err := o.fleet(now())
	if err != nil {
		return err
	}
	if mode == "serve" {
		return serve(f, o.listen, now)
	}
	end := now()
	if o.end != "now" {
		var unix int64
		if _, err := fmt.Sscanf(o.end, "%d", &unix); err != nil {
			return fmt.Errorf("--end is %q, it has to be Unix seconds or now", o.end)
		}
		end = time.Unix(unix, 0)
	}
	return f.writeHistory(os.Stdout, o.job, o.duration, o.step, end)
}

func (o options) fleet(now time.Time) (*fakes, error) {
	var cpu, mem *trace
	var loads []byte
	var err error
	if o.cpuTrace != "" {
		if cpu, err = readTrace(o.cpuTrace, o.speed); err != nil {
			return nil, err
		}
	}
	if o.memTrace != "" {
		if mem, err = readTrace(o.memTrace, o.speed); err != nil {
			return nil, err
		}
	}
	if cpu != nil && mem != nil && cpu.step != mem.step {
		return nil, fmt.Errorf("the steps of --trace (%v) and --mem-trace (%v) differ", cpu.step, mem.step)
	}
	if o.loadFile != "" {
		if loads, err = os.ReadFile(o.loadFile); err != nil {
			return nil, err
		}
	}
	epoch := now
	if o.epoch > 0 {
		epoch = time.Unix(o.epoch, 0)
	}
	return newFakes(o.settings, cpu, mem, loads, o.state, epoch, now)
}

func serve(f *fakes, address string, now func() time.Time) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if host := listener.Addr().(*net.TCPAddr); !host.IP.IsLoopback() {
		return errors.Join(fmt.Errorf("--listen is %s, it has to be a loopback address", address), listener.Close())
	}
	fmt.Fprintf(os.Stderr, "replay-exporter: %d nodes on %s\n", f.nodes, listener.Addr())
	server := &http.Server{Handler: handler(f, now), ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}
