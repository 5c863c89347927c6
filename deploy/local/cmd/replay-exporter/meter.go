package main

import "time"

// modes are the values of the label "mode". All of the load is user and system time, so it is the
// same whether a rule counts iowait as idle or not.
var modes = [...]string{"idle", "user", "system", "iowait"}

// userShare is how much of the busy time is user time; the rest is system time.
const userShare = 0.75

// load is what a node uses, as fractions of its cpu time and of its memory.
type load struct {
	CPU float64 `json:"cpu"`
	Mem float64 `json:"mem"`
}

// meter holds the counters of one node: the integral of its load over time. A new load changes
// how fast they grow and never what they have reached.
type meter struct {
	load    load
	boot    time.Time           // since when it counts
	seconds [len(modes)]float64 // of one cpu: all of a node's cpus are alike
	memory  float64             // the used fraction as exported; stays while frozen
	at      time.Time           // up to when seconds are summed up
	frozen  bool
	down    bool
	pinned  bool // a load was posted, so the trace has no say any more
}

// newMeter is a meter that has counted the given load since the epoch.
func newMeter(l load, epoch, now time.Time) *meter {
	m := &meter{load: l, memory: l.Mem, boot: epoch, at: epoch}
	m.advance(now)
	return m
}

// advance sums up the load until t. A time that lies back changes nothing.
func (m *meter) advance(t time.Time) {
	elapsed := t.Sub(m.at).Seconds()
	if elapsed <= 0 {
		return
	}
	m.at = t
	if m.frozen {
		return
	}
	m.memory = m.load.Mem
	m.seconds[0] += elapsed * (1 - m.load.CPU)
	m.seconds[1] += elapsed * m.load.CPU * userShare
	m.seconds[2] += elapsed * m.load.CPU * (1 - userShare)
}

// set changes the load from now on.
func (m *meter) set(l load, now time.Time) {
	m.advance(now)
	m.load = l
	if !m.frozen {
		m.memory = l.Mem
	}
}

// freeze lets counters and memory stand still, or go on from where they stood.
func (m *meter) freeze(frozen bool, now time.Time) {
	m.advance(now)
	m.frozen = frozen
	if !frozen {
		m.memory = m.load.Mem
	}
}
