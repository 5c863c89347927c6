package main

import (
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"time"
)

// The wire types of k8s.io/kube-scheduler/extender/v1. The pod is decoded entirely, into maps: the Go types of
// the API are not in the standard library.
type extenderArgs struct {
	Pod       map[string]any
	Nodes     map[string]any
	NodeNames *[]string
}

type filterResult struct {
	Nodes                      map[string]any
	NodeNames                  *[]string
	FailedNodes                map[string]string
	FailedAndUnresolvableNodes map[string]string
	Error                      string
}

type hostPriority struct {
	Host  string
	Score int64
}

// serveNoop is the extender that one writes in an hour: net/http, encoding/json, no thought about speed.
func serveNoop(listener net.Listener) error {
	var times stats
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/filter", times.timed(func(args extenderArgs) any {
		return filterResult{NodeNames: args.NodeNames}
	}))
	mux.HandleFunc("POST /v1/prioritize", times.timed(func(args extenderArgs) any {
		scores := []hostPriority{}
		for i, name := range *args.NodeNames {
			scores = append(scores, hostPriority{Host: name, Score: int64(i % 11)})
		}
		return scores
	}))
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) { send(w, times.summary()) })
	mux.HandleFunc("POST /stats/reset", func(http.ResponseWriter, *http.Request) { times.reset() })
	return http.Serve(listener, mux)
}

func (s *stats) timed(answer func(extenderArgs) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		var args extenderArgs
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil || args.NodeNames == nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		send(w, answer(args))
		s.add(time.Since(begin))
	}
}

func send(w http.ResponseWriter, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body))) // else large bodies go out chunked
	_, _ = w.Write(body)
}
