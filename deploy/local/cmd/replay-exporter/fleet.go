package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

// settings say how many nodes there are and what they look like.
type settings struct {
	nodes       int
	cpusPerNode int
	memoryBytes float64
	initial     load
	without     string // a node that somebody else exports, or empty
}

// fakes are the nodes of the fleet. All methods may be called from any goroutine.
type fakes struct {
	settings
	cpu, mem *trace // nil: no trace
	started  time.Time
	state    string // the file that keeps the loads, or empty

	mu     sync.Mutex
	meters []*meter
	steps  int // of the trace that were taken
}

// newFakes starts the fleet at now with counters that have run since the epoch. If the state file
// exists this is a restart: the loads are those of the file and the counters begin at zero, as
// after a reboot.
func newFakes(s settings, cpu, mem *trace, loads []byte, state string, epoch, now time.Time) (*fakes, error) {
	f := &fakes{settings: s, cpu: cpu, mem: mem, started: now}
	for i := range s.nodes {
		f.meters = append(f.meters, newMeter(f.traced(i, 0, s.initial), epoch, epoch))
	}
	if len(loads) > 0 {
		if err := f.setLoads(loads, epoch); err != nil {
			return nil, err
		}
	}
	saved, err := readState(state)
	if err != nil {
		return nil, err
	}
	if saved != nil {
		for _, m := range f.meters {
			m.at = now
		}
		if err := f.setLoads(saved, now); err != nil {
			return nil, fmt.Errorf("state file %s: %w", state, err)
		}
	}
	f.state = state
	f.advance(now)
	return f, f.save()
}

func readState(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	saved, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return saved, err
}

// traced is the load of node i in the given step of the trace, and otherwise without a trace.
func (f *fakes) traced(i, step int, otherwise load) load {
	if f.cpu != nil {
		otherwise.CPU = f.cpu.at(i, step)
	}
	if f.mem != nil {
		otherwise.Mem = f.mem.at(i, step)
	}
	return otherwise
}

// advance takes every step of the trace until now, at its own time, and then sums up.
func (f *fakes) advance(now time.Time) {
	step := f.stepLength()
	for step > 0 && !f.started.Add(time.Duration(f.steps+1)*step).After(now) {
		f.steps++
		at := f.started.Add(time.Duration(f.steps) * step)
		for i, m := range f.meters {
			if !m.pinned {
				m.set(f.traced(i, f.steps, m.load), at)
			}
		}
	}
	for _, m := range f.meters {
		m.advance(now)
	}
}

func (f *fakes) stepLength() time.Duration {
	switch {
	case f.cpu != nil:
		return f.cpu.step
	case f.mem != nil:
		return f.mem.step
	default:
		return 0
	}
}

// change is a posted load; what is missing stays as it is.
type change struct {
	CPU *float64 `json:"cpu"`
	Mem *float64 `json:"mem"`
}

// setLoads changes loads by a JSON object of names or patterns. All of it happens or nothing. Where
// several keys match a node, a name wins over patterns and a longer pattern over a shorter one.
func (f *fakes) setLoads(body []byte, now time.Time) error {
	changes := map[string]change{}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&changes); err != nil {
		return fmt.Errorf(`loads have to be like {"node-001":{"cpu":0.5,"mem":0.5}}: %w`, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance(now)
	wanted := make(map[int]load)
	for _, key := range bySpecificity(changes) {
		indices, err := f.match(key)
		if err != nil {
			return err
		}
		for _, i := range indices {
			current, seen := wanted[i]
			if !seen {
				current = f.meters[i].load
			}
			if wanted[i], err = changes[key].apply(current); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	for i, l := range wanted {
		f.meters[i].set(l, now)
		f.meters[i].pinned = true
	}
	return f.save()
}

func (c change) apply(l load) (load, error) {
	for _, part := range []struct {
		name string
		from *float64
		to   *float64
	}{{"cpu", c.CPU, &l.CPU}, {"mem", c.Mem, &l.Mem}} {
		if part.from == nil {
			continue
		}
		if !(*part.from >= 0 && *part.from <= 1) {
			return l, fmt.Errorf("%s is %v, it has to be from 0 to 1", part.name, *part.from)
		}
		*part.to = *part.from
	}
	return l, nil
}

// bySpecificity sorts the keys so that what comes later wins.
func bySpecificity(changes map[string]change) []string {
	keys := make([]string, 0, len(changes))
	for key := range changes {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if isPattern(a) != isPattern(b) {
			if isPattern(a) {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return keys
}

func isPattern(key string) bool { return strings.ContainsAny(key, `*?[\`) }

// match gives the nodes that a name or pattern means: at least one, or an error.
func (f *fakes) match(key string) ([]int, error) {
	if !isPattern(key) {
		i, err := fleet.Index(key, f.nodes)
		return []int{i}, err
	}
	var indices []int
	for i := range f.nodes {
		matched, err := path.Match(key, fleet.Name(i))
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", key, err)
		}
		if matched {
			indices = append(indices, i)
		}
	}
	if len(indices) == 0 {
		return nil, fmt.Errorf("pattern %q matches none of the %d nodes", key, f.nodes)
	}
	return indices, nil
}

// forEach does something to the meters that a JSON list of names or patterns means; without a body
// to all of them.
func (f *fakes) forEach(body []byte, now time.Time, do func(*meter)) error {
	keys := []string{"*"}
	if len(bytes.TrimSpace(body)) > 0 {
		if err := json.Unmarshal(body, &keys); err != nil {
			return fmt.Errorf(`nodes have to be like ["node-001","node-1*"]: %w`, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance(now)
	var all []int
	for _, key := range keys {
		indices, err := f.match(key)
		if err != nil {
			return err
		}
		all = append(all, indices...)
	}
	for _, i := range all {
		do(f.meters[i])
	}
	return nil
}

// loads is what GET /load answers, fit to be posted again.
func (f *fakes) loads(now time.Time) map[string]load {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance(now)
	result := make(map[string]load, len(f.meters))
	for i, m := range f.meters {
		result[fleet.Name(i)] = m.load
	}
	return result
}

// save keeps the posted loads for a restart. The caller holds the lock or is the only one.
func (f *fakes) save() error {
	if f.state == "" {
		return nil
	}
	pinned := make(map[string]load)
	for i, m := range f.meters {
		if m.pinned {
			pinned[fleet.Name(i)] = m.load
		}
	}
	body, err := json.Marshal(pinned)
	if err != nil {
		return err
	}
	if err := os.WriteFile(f.state+".new", body, 0o600); err != nil {
		return err
	}
	return os.Rename(f.state+".new", f.state)
}
