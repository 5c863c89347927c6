package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

// family is a metric as it is exposed; samples of a family follow each other.
type family struct {
	name, kind, help string
	write            func(w *bufio.Writer, s settings, m *meter, labels string, at time.Time, suffix string)
}

var families = []family{
	{"node_cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.", writeCPU},
	{"node_memory_MemTotal_bytes", "gauge", "Memory information field MemTotal_bytes.",
		func(w *bufio.Writer, s settings, _ *meter, labels string, _ time.Time, suffix string) {
			writeSample(w, "node_memory_MemTotal_bytes", labels, s.memoryBytes, suffix)
		}},
	{"node_memory_MemAvailable_bytes", "gauge", "Memory information field MemAvailable_bytes.",
		func(w *bufio.Writer, s settings, m *meter, labels string, _ time.Time, suffix string) {
			available := math.Round(s.memoryBytes * (1 - m.memory))
			writeSample(w, "node_memory_MemAvailable_bytes", labels, available, suffix)
		}},
	{"node_time_seconds", "gauge", "System time in seconds since epoch (1970).",
		func(w *bufio.Writer, _ settings, _ *meter, labels string, at time.Time, suffix string) {
			writeSample(w, "node_time_seconds", labels, seconds(at), suffix)
		}},
	{"node_boot_time_seconds", "gauge", "Node boot time, in unixtime.",
		func(w *bufio.Writer, _ settings, m *meter, labels string, _ time.Time, suffix string) {
			writeSample(w, "node_boot_time_seconds", labels, seconds(m.boot), suffix)
		}},
}

func writeCPU(w *bufio.Writer, s settings, m *meter, labels string, _ time.Time, suffix string) {
	if labels != "" {
		labels = "," + labels
	}
	// All cpus of a node are alike, so what follows the cpu's number is made once a node.
	var rest [len(modes)]string
	for mode, name := range modes {
		value := strconv.FormatFloat(m.seconds[mode], 'f', -1, 64)
		rest[mode] = `",mode="` + name + `"` + labels + "} " + value + suffix + "\n"
	}
	for cpu := range s.cpusPerNode {
		number := strconv.Itoa(cpu)
		for _, r := range rest {
			w.WriteString(`node_cpu_seconds_total{cpu="`)
			w.WriteString(number)
			w.WriteString(r)
		}
	}
}

func writeSample(w *bufio.Writer, name, labels string, value float64, suffix string) {
	w.WriteString(name)
	if labels != "" {
		w.WriteString("{" + labels + "}")
	}
	w.WriteString(" " + strconv.FormatFloat(value, 'f', -1, 64) + suffix + "\n")
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func instanceLabel(i int) string { return `instance="` + fleet.Instance(i) + `"` }

// writeNode exposes one node as its own node_exporter would, without an instance label. It is
// false, and nothing is written, while the node is down.
func (f *fakes) writeNode(out io.Writer, i int, now time.Time) (bool, error) {
	f.mu.Lock()
	f.advance(now)
	m := *f.meters[i]
	f.mu.Unlock()
	if m.down {
		return false, nil
	}
	w := bufio.NewWriter(out)
	for _, family := range families {
		writeHeader(w, family.name, family)
		family.write(w, f.settings, &m, "", now, "")
	}
	return true, w.Flush()
}

// writeAll exposes all nodes that are not down, told apart by their instance labels.
func (f *fakes) writeAll(out io.Writer, now time.Time) error {
	f.mu.Lock()
	f.advance(now)
	meters := make([]meter, len(f.meters))
	for i, m := range f.meters {
		meters[i] = *m
	}
	f.mu.Unlock()
	w := bufio.NewWriterSize(out, 1<<16)
	for _, family := range families {
		writeHeader(w, family.name, family)
		for i := range meters {
			if !meters[i].down && fleet.Name(i) != f.without {
				family.write(w, f.settings, &meters[i], instanceLabel(i), now, "")
			}
		}
	}
	return w.Flush()
}

func writeHeader(w *bufio.Writer, name string, f family) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, f.help, name, f.kind)
}
