package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

// writeHistory writes the past as OpenMetrics: the series that Prometheus would have if it had
// scraped the fleet under its present loads, from the epoch (end - duration) to the end. A fleet
// started with that epoch goes on where this stops.
func (f *fakes) writeHistory(out io.Writer, job string, duration, step time.Duration, end time.Time) error {
	if step <= 0 || duration < step {
		return fmt.Errorf("--duration is %v and --step is %v: the step has to be more than 0 and not above the duration", duration, step)
	}
	w := bufio.NewWriterSize(out, 1<<20)
	epoch := end.Add(-duration)
	for _, family := range families {
		writeHeader(w, strings.TrimSuffix(family.name, "_total"), family)
		for i := range f.meters {
			labels := instanceLabel(i) + `,job="` + job + `"`
			m := newMeter(f.meters[i].load, epoch, epoch)
			for at := epoch; !at.After(end); at = at.Add(step) {
				m.advance(at)
				family.write(w, f.settings, m, labels, at, " "+strconv.FormatFloat(seconds(at), 'f', -1, 64))
			}
		}
	}
	fmt.Fprintln(w, "# EOF")
	return w.Flush()
}

// target is an entry of a Prometheus file_sd list.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// targets has one entry a node, so that each can fail alone.
func (s settings) targets(address string) []target {
	result := []target{}
	for i := range s.nodes {
		if name := fleet.Name(i); name != s.without {
			result = append(result, target{[]string{address}, map[string]string{
				"__metrics_path__": "/nodes/" + name + "/metrics",
				"instance":         fleet.Instance(i),
			}})
		}
	}
	return result
}
