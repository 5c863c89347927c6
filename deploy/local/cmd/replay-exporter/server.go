package main

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"ballast.dev/deploy/local/internal/fleet"
)

const (
	maxBodyBytes = 16 << 20
	textFormat   = "text/plain; version=0.0.4; charset=utf-8"
)

// handler is the HTTP side of the fleet: metrics for Prometheus and the controls for tests.
func handler(f *fakes, now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /nodes/{name}/metrics", func(w http.ResponseWriter, r *http.Request) {
		i, err := fleet.Index(r.PathValue("name"), f.nodes)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", textFormat)
		if up, err := f.writeNode(w, i, now()); err == nil && !up {
			http.Error(w, fleet.Name(i)+" is down", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", textFormat)
		_ = f.writeAll(w, now()) // fails only if the client is gone
	})
	mux.HandleFunc("GET /load", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(f.loads(now()))
	})
	mux.HandleFunc("POST /load", control(func(body []byte) error { return f.setLoads(body, now()) }))
	for path, do := range map[string]func(*meter, time.Time){
		"/down":   func(m *meter, _ time.Time) { m.down = true },
		"/up":     func(m *meter, _ time.Time) { m.down = false },
		"/freeze": func(m *meter, at time.Time) { m.freeze(true, at) },
		"/thaw":   func(m *meter, at time.Time) { m.freeze(false, at) },
	} {
		mux.HandleFunc("POST "+path, control(func(body []byte) error {
			at := now()
			return f.forEach(body, at, func(m *meter) { do(m, at) })
		}))
	}
	return mux
}

// control answers 204, or 400 with the reason.
func control(do func(body []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
		if err == nil {
			err = do(body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
