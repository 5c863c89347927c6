package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func number(n int) *int { return &n }

func machine(cpus ...cpu) (q question) {
	q.Name, q.Available, q.Policy, q.Group = "q", "0-1", "packed", 1
	q.Topology.CPUs = cpus
	return q
}

func pair() question {
	return machine(cpu{CPU: 0}, cpu{CPU: 1})
}

func TestAllocate(t *testing.T) {
	q := pair()
	q.CPUs = 2
	if a := allocate(q); a.CPUs == nil || *a.CPUs != "0-1" || a.Error != "" {
		t.Errorf("got %+v", a)
	}
}

func TestAllocateRefusesBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*question)
		want   string
	}{
		"no cpus":        {func(q *question) { q.Topology.CPUs = nil }, "no cpus"},
		"doubled cpu":    {func(q *question) { q.Topology.CPUs[1].CPU = 0 }, "cpu 0 is there twice"},
		"no list":        {func(q *question) { q.Available = "0-x" }, "invalid syntax"},
		"too many":       {func(q *question) { q.CPUs = 3 }, "not enough cpus"},
		"unknown cpu":    {func(q *question) { q.Available = "0-2" }, "topology lacks"},
		"unknown policy": {func(q *question) { q.Policy = "best" }, "policy is \"best\""},
	} {
		q := pair()
		c.change(&q)
		if a := allocate(q); a.CPUs != nil || !strings.Contains(a.Error, c.want) {
			t.Errorf("%s: got %+v, want %q", name, a, c.want)
		}
	}
}

func TestDescribeNumbersCores(t *testing.T) {
	kept, err := describe([]cpu{{CPU: 0, Core: 9}, {CPU: 1, Core: 4, Socket: 1}})
	if err != nil || kept.CPUDetails[0].CoreID != 9 || kept.CPUDetails[1].UncoreCacheID != 1 {
		t.Errorf("got %+v, %v", kept, err)
	}
	repeated, err := describe([]cpu{{CPU: 5, Uncore: number(7)}, {CPU: 2}, {CPU: 3, Socket: 1}, {CPU: 4, Socket: 1}})
	if err != nil || repeated.CPUDetails[5].CoreID != 2 || repeated.CPUDetails[4].CoreID != 3 ||
		repeated.NumCores != 2 || repeated.CPUDetails[5].UncoreCacheID != 7 {
		t.Errorf("got %+v, %v", repeated, err)
	}
}

func TestOpenGoesOnAfterAnItem(t *testing.T) {
	name := filepath.Join(t.TempDir(), "batch.json")
	if err := os.WriteFile(name, []byte("[{\"name\":\"a\"} ,\n {\"name\":\"b\"},{\"name\":\"c\"}\n]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	offset, names := int64(0), ""
	for i := 0; i < 3; i++ {
		items, err := open(file, offset)
		if err != nil {
			t.Fatal(err)
		}
		var q question
		if err := items.Decode(&q); err != nil {
			t.Fatal(err)
		}
		names += q.Name
		offset += items.InputOffset()
	}
	items, err := open(file, offset)
	if err != nil || items.More() || names != "abc" {
		t.Errorf("got %q, %v", names, err)
	}
}

func TestRunRefusesWhatIsNoList(t *testing.T) {
	name := filepath.Join(t.TempDir(), "batch.json")
	for text, want := range map[string]string{"{}": "no JSON list", "": "EOF", "[7]": "cannot unmarshal", "[": "EOF"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := run(name, 0, time.Second); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	if err := run(name+"x", 0, time.Second); err == nil {
		t.Error("a file that is not there was read")
	}
}

// After a group of 2 from each of 4 nodes with 5 CPUs, 3 groups are left to give: any two nodes hold
// as many CPUs, but a group each.
func TestBoundedEndsWhatIsEndless(t *testing.T) {
	q := question{Available: "0-19", CPUs: 14, Policy: "distributed", Group: 2}
	for c := range 20 {
		q.Topology.CPUs = append(q.Topology.CPUs, cpu{CPU: c, Core: c, Socket: c / 5, NUMA: c / 5})
	}
	a, ended := bounded(q, 200*time.Millisecond)
	if ended || a.Error != endless {
		t.Errorf("got %+v, ended %v", a, ended)
	}
}
