package main

import (
	"slices"
	"sync"
	"time"
)

// stats keeps how long each call took, from its first byte until the answer was handed to the socket. In noop the
// first byte is the entry of the handler: net/http has read the head of the request by then.
type stats struct {
	mutex sync.Mutex
	all   []time.Duration
}

// summary is what GET /stats gives; quantiles are values that occurred.
type summary struct {
	Calls     int     `json:"calls"`
	P50Micros float64 `json:"p50Micros"`
	P90Micros float64 `json:"p90Micros"`
	P99Micros float64 `json:"p99Micros"`
	MaxMicros float64 `json:"maxMicros"`
}

func (s *stats) add(took time.Duration) {
	s.mutex.Lock()
	s.all = append(s.all, took)
	s.mutex.Unlock()
}

func (s *stats) reset() {
	s.mutex.Lock()
	s.all = s.all[:0]
	s.mutex.Unlock()
}

func (s *stats) summary() summary {
	s.mutex.Lock()
	sorted := slices.Clone(s.all)
	s.mutex.Unlock()
	slices.Sort(sorted)
	return summary{
		Calls:     len(sorted),
		P50Micros: quantile(sorted, 0.5),
		P90Micros: quantile(sorted, 0.9),
		P99Micros: quantile(sorted, 0.99),
		MaxMicros: quantile(sorted, 1),
	}
}

// quantile is the smallest value that at least a share q of all does not exceed, in microseconds; 0 of nothing.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(q * float64(len(sorted)))
	if float64(rank) < q*float64(len(sorted)) {
		rank++
	}
	return float64(sorted[max(rank, 1)-1].Nanoseconds()) / 1e3
}
