package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

var start = time.Unix(1_700_000_000, 0)

// rig is a served fleet whose clock the test moves.
type rig struct {
	t      *testing.T
	now    time.Time
	fleet  *fakes
	server *httptest.Server
}

func newRig(t *testing.T, s settings, cpu *trace, state string) *rig {
	t.Helper()
	r := &rig{t: t, now: start}
	var err error
	if r.fleet, err = newFakes(s, cpu, nil, nil, state, start, start); err != nil {
		t.Fatal(err)
	}
	r.server = httptest.NewServer(handler(r.fleet, func() time.Time { return r.now }))
	t.Cleanup(r.server.Close)
	return r
}

func (r *rig) do(method, path, body string) (int, string) {
	r.t.Helper()
	request, err := http.NewRequest(method, r.server.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	response, err := r.server.Client().Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

func (r *rig) post(path, body string) {
	r.t.Helper()
	if code, answer := r.do("POST", path, body); code != http.StatusNoContent {
		r.t.Fatalf("POST %s %s: %d %s", path, body, code, answer)
	}
}

// scrape reads all samples of a page by their name with labels.
func (r *rig) scrape(path string) map[string]float64 {
	r.t.Helper()
	code, page := r.do("GET", path, "")
	if code != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, code, page)
	}
	samples := map[string]float64{}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(strings.TrimSpace(line[cut+1:]), 64)
		if err != nil {
			r.t.Fatalf("line %q: %v", line, err)
		}
		samples[line[:cut]] = value
	}
	return samples
}

func (r *rig) expect(samples map[string]float64, name string, want float64) {
	r.t.Helper()
	if got, found := samples[name]; !found || math.Abs(got-want) > 1e-6 {
		r.t.Errorf("%s: got %v (found: %v), want %v", name, got, found, want)
	}
}

func small() settings {
	return settings{nodes: 12, cpusPerNode: 2, memoryBytes: 1000, initial: load{CPU: 0.2, Mem: 0.4}}
}

func TestCountersAreTheIntegralOfTheLoad(t *testing.T) {
	r := newRig(t, small(), nil, "")
	r.now = start.Add(100 * time.Second)
	r.post("/load", `{"node-003":{"cpu":0.9,"mem":0.5}}`)
	r.now = start.Add(110 * time.Second)

	samples := r.scrape("/nodes/node-003/metrics")
	for _, cpu := range []string{"0", "1"} {
		r.expect(samples, `node_cpu_seconds_total{cpu="`+cpu+`",mode="idle"}`, 100*0.8+10*0.1)
		r.expect(samples, `node_cpu_seconds_total{cpu="`+cpu+`",mode="user"}`, 0.75*(100*0.2+10*0.9))
		r.expect(samples, `node_cpu_seconds_total{cpu="`+cpu+`",mode="system"}`, 0.25*(100*0.2+10*0.9))
		r.expect(samples, `node_cpu_seconds_total{cpu="`+cpu+`",mode="iowait"}`, 0)
	}
	r.expect(samples, "node_memory_MemTotal_bytes", 1000)
	r.expect(samples, "node_memory_MemAvailable_bytes", 500)
	r.expect(samples, "node_time_seconds", 1_700_000_110)
	r.expect(samples, "node_boot_time_seconds", 1_700_000_000)
	if len(samples) != 2*len(modes)+4 {
		t.Errorf("%d samples: %v", len(samples), samples)
	}
	other := r.scrape("/nodes/node-004/metrics")
	r.expect(other, `node_cpu_seconds_total{cpu="0",mode="idle"}`, 110*0.8)
	r.expect(other, "node_memory_MemAvailable_bytes", 600)
}

func TestCountersNeverGoBack(t *testing.T) {
	r := newRig(t, small(), &trace{rows: [][]float64{{0.1, 1, 0, 0.7}}, step: 3 * time.Second}, "")
	last := r.scrape("/metrics")
	for second, act := range []func(){
		func() { r.post("/load", `{"*":{"cpu":1}}`) },
		func() { r.post("/freeze", "") },
		func() { r.post("/load", `{"*":{"cpu":0}}`) },
		func() { r.post("/thaw", `["node-00*"]`) },
		func() { r.now = r.now.Add(-time.Hour) },
		func() { r.post("/load", `{"node-001":{"cpu":0.5}}`) },
		func() { r.now = r.now.Add(2 * time.Hour) },
	} {
		r.now = r.now.Add(time.Duration(second) * time.Second)
		act()
		samples := r.scrape("/metrics")
		for name, value := range last {
			if strings.HasPrefix(name, "node_cpu") && samples[name] < value {
				t.Errorf("step %d: %s went from %v to %v", second, name, value, samples[name])
			}
		}
		last = samples
	}
}

func TestLoadsByPattern(t *testing.T) {
	r := newRig(t, small(), nil, "")
	r.post("/load", `{"node-003":{"cpu":0.3},"*":{"cpu":0.5},"node-00[34]":{"cpu":0.6,"mem":0.9}}`)
	got := r.fleet.loads(r.now)
	for name, want := range map[string]load{
		"node-003": {0.3, 0.9}, "node-004": {0.6, 0.9}, "node-011": {0.5, 0.4},
	} {
		if got[name] != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
	_, posted := r.do("GET", "/load", "")
	r.post("/load", posted)
}

func TestBadLoadChangesNothing(t *testing.T) {
	r := newRig(t, small(), nil, "")
	for _, body := range []string{
		`{"node-001":{"cpu":0.9},"node-002":{"cpu":1.1}}`,
		`{"node-001":{"cpu":0.9},"node-002":{"mem":-0.1}}`,
		`{"node-001":{"cpu":0.9},"node-012":{"cpu":0.1}}`,
		`{"node-001":{"cpu":0.9},"nothing*":{"cpu":0.1}}`,
		`{"node-001":{"cpu":0.9},"node-[":{"cpu":0.1}}`,
		`{"node-001":{"cpu":0.9,"memory":0.1}}`,
		`["node-001"]`,
		``,
	} {
		if code, answer := r.do("POST", "/load", body); code != http.StatusBadRequest || answer == "" {
			t.Errorf("%s: got %d %q", body, code, answer)
		}
	}
	if got := r.fleet.loads(r.now)["node-001"]; got != small().initial {
		t.Errorf("node-001 has %v after refused changes", got)
	}
}

func TestDownNodesDoNotAnswer(t *testing.T) {
	r := newRig(t, small(), nil, "")
	r.post("/down", `["node-00[0-4]"]`)
	if code, _ := r.do("GET", "/nodes/node-002/metrics", ""); code != http.StatusServiceUnavailable {
		t.Errorf("a node that is down answers %d", code)
	}
	if code, _ := r.do("GET", "/nodes/node-005/metrics", ""); code != http.StatusOK {
		t.Errorf("a node that is up answers %d", code)
	}
	all := r.scrape("/metrics")
	for i := range 12 {
		_, found := all[`node_time_seconds{instance="`+fleet.Instance(i)+`"}`]
		if found != (i > 4) {
			t.Errorf("node %d in /metrics: %v", i, found)
		}
	}
	r.now = start.Add(10 * time.Second)
	r.post("/up", "")
	samples := r.scrape("/nodes/node-002/metrics")
	r.expect(samples, `node_cpu_seconds_total{cpu="0",mode="idle"}`, 8)
	if code, _ := r.do("GET", "/nodes/node-012/metrics", ""); code != http.StatusNotFound {
		t.Errorf("a node that does not exist answers %d", code)
	}
	if code, _ := r.do("POST", "/down", `["node-012"]`); code != http.StatusBadRequest {
		t.Errorf("POST /down of a node that does not exist answers %d", code)
	}
}

func TestFrozenNodesStandStill(t *testing.T) {
	r := newRig(t, small(), nil, "")
	r.now = start.Add(10 * time.Second)
	r.post("/freeze", `["node-001"]`)
	r.post("/load", `{"node-001":{"cpu":1,"mem":1}}`)
	r.now = start.Add(20 * time.Second)
	samples := r.scrape("/nodes/node-001/metrics")
	r.expect(samples, `node_cpu_seconds_total{cpu="0",mode="idle"}`, 8)
	r.expect(samples, "node_memory_MemAvailable_bytes", 600)
	r.expect(samples, "node_time_seconds", 1_700_000_020)

	r.post("/thaw", "")
	r.now = start.Add(30 * time.Second)
	samples = r.scrape("/nodes/node-001/metrics")
	r.expect(samples, `node_cpu_seconds_total{cpu="0",mode="idle"}`, 8)
	r.expect(samples, `node_cpu_seconds_total{cpu="0",mode="user"}`, 0.75*(2+10))
	r.expect(samples, "node_memory_MemAvailable_bytes", 0)
}

func TestTraceDrivesTheCPULoad(t *testing.T) {
	table, err := parseTrace(strings.NewReader("vm,t0,t300,t600\na,10,90,50\nb,0,100,0\n"), 30)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, small(), table, "")
	r.now = start.Add(25 * time.Second) // 10 s of each column, then 5 s of the third
	samples := r.scrape("/metrics")
	busy := func(i int) float64 {
		return 25 - samples[`node_cpu_seconds_total{cpu="0",mode="idle",instance="`+fleet.Instance(i)+`"}`]
	}
	for i, want := range []float64{1 + 9 + 2.5, 10, 1 + 9 + 2.5} {
		if math.Abs(busy(i)-want) > 1e-6 {
			t.Errorf("node %d was busy for %v s, want %v", i, busy(i), want)
		}
	}
	r.now = start.Add(30 * time.Second)
	if got := r.fleet.loads(r.now)["node-000"]; got != (load{0.1, 0.4}) {
		t.Errorf("after the last column node-000 has %v, want the first again", got)
	}
	r.post("/load", `{"node-000":{"cpu":0.7}}`)
	r.now = start.Add(40 * time.Second)
	if got := r.fleet.loads(r.now); got["node-000"].CPU != 0.7 || got["node-002"].CPU != 0.9 {
		t.Errorf("a posted load has to stay and the others go on: %v", got)
	}
}

func TestBadTraces(t *testing.T) {
	for text, part := range map[string]string{
		"":                           "header",
		"vm,t0\na,1\n":               "two times",
		"vm,t300,t0\na,1,2":          "grow",
		"vm,zero,one\na,1,2":         "column 2",
		"vm,t0,t300\n":               "no row",
		"vm,t0,t300\na,1\n":          "line 2",
		"vm,t0,t300\na,1,2\nb,1,101": "line 3",
	} {
		if _, err := parseTrace(strings.NewReader(text), 1); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: got error %v, want one with %q", text, err, part)
		}
	}
	if _, err := parseTrace(strings.NewReader("vm,t0,t300\na,1,2\n"), 0); err == nil {
		t.Error("speed 0 passes")
	}
}

func TestRestartKeepsLoadsAndBeginsAtZero(t *testing.T) {
	state := filepath.Join(t.TempDir(), "loads.json")
	first := newRig(t, small(), nil, state)
	first.post("/load", `{"node-001":{"cpu":0.5}}`)

	now := start.Add(time.Hour)
	again, err := newFakes(small(), nil, nil, nil, state, start, now)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, now: now.Add(10 * time.Second), fleet: again}
	r.server = httptest.NewServer(handler(again, func() time.Time { return r.now }))
	defer r.server.Close()
	r.expect(r.scrape("/nodes/node-001/metrics"), `node_cpu_seconds_total{cpu="0",mode="idle"}`, 5)
	r.expect(r.scrape("/nodes/node-002/metrics"), `node_cpu_seconds_total{cpu="0",mode="idle"}`, 8)

	if err := os.WriteFile(state, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newFakes(small(), nil, nil, nil, state, start, now); err == nil || !strings.Contains(err.Error(), state) {
		t.Errorf("a broken state file gives the error %v", err)
	}
}

func TestHistoryEndsWhereTheFleetGoesOn(t *testing.T) {
	s := small()
	s.nodes = 2
	loads := []byte(`{"node-001":{"cpu":0.5}}`)
	end := start.Add(time.Hour)
	live, err := newFakes(s, nil, nil, loads, "", start, end)
	if err != nil {
		t.Fatal(err)
	}
	var page, past strings.Builder
	if err := live.writeAll(&page, end); err != nil {
		t.Fatal(err)
	}
	if err := live.writeHistory(&past, "node-exporter", time.Hour, time.Minute, end); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(past.String(), "\n# EOF\n") || !strings.Contains(past.String(), "# TYPE node_cpu_seconds counter\n") {
		t.Error("that is not OpenMetrics")
	}
	lines := 0
	for line := range strings.Lines(page.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		sample := strings.Replace(strings.TrimSpace(line), "} ", `,job="node-exporter"} `, 1)
		if want := sample + " " + fmt.Sprint(end.Unix()) + "\n"; !strings.Contains(past.String(), want) {
			t.Errorf("the history does not end with %q", want)
		}
	}
	if got := strings.Count(past.String(), "\nnode_"); got != 61*lines {
		t.Errorf("%d samples, want 61 times %d", got, lines)
	}
	if err := live.writeHistory(io.Discard, "j", time.Minute, 0, end); err == nil {
		t.Error("step 0 passes")
	}
}

func TestNodeWithARealExporterIsLeftOut(t *testing.T) {
	s := small()
	s.without = "node-003"
	r := newRig(t, s, nil, "")
	if _, found := r.scrape("/metrics")[`node_time_seconds{instance="`+fleet.Instance(3)+`"}`]; found {
		t.Error("/metrics has node-003")
	}
	targets := s.targets("127.0.0.1:1")
	if len(targets) != 11 {
		t.Fatalf("%d targets, want 11", len(targets))
	}
	for _, target := range targets {
		if target.Labels["instance"] == fleet.Instance(3) {
			t.Error("the targets have node-003")
		}
	}
	if got := targets[3].Labels["__metrics_path__"]; got != "/nodes/node-004/metrics" {
		t.Errorf("the fourth target is %s", got)
	}
}
