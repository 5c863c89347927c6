package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// start serves a stub on a free port and gives its address.
func start(t *testing.T, serve func(net.Listener) error) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go serve(listener)
	return "http://" + listener.Addr().String()
}

func ceilingOf(keep int) func(net.Listener) error {
	return func(listener net.Listener) error { return serveCeiling(listener, keep) }
}

// request is a call with names node-0, node-1 and so on.
func request(names int) string {
	list := make([]string, names)
	for i := range list {
		list[i] = fmt.Sprintf(`"node-%d"`, i)
	}
	return `{"Pod":{"metadata":{"annotations":{"a":"\"NodeNames\":[\"no\"]"}}},"Nodes":null,"NodeNames":[` +
		strings.Join(list, ",") + `]}`
}

func post(t *testing.T, url, body string, answer any) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || response.ContentLength != int64(len(text)) {
		t.Fatalf("%s: status %d, Content-Length %d of %d bytes", url, response.StatusCode, response.ContentLength, len(text))
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			t.Fatalf("%s: %v in %s", url, err, text)
		}
	}
}

func TestFilterGivesNamesBack(t *testing.T) {
	for name, test := range map[string]struct {
		serve func(net.Listener) error
		want  int
	}{
		"noop": {serveNoop, 500}, "ceiling": {ceilingOf(0), 500}, "ceiling of 16": {ceilingOf(16), 16},
		"ceiling of exactly all": {ceilingOf(500), 500}, "ceiling of more": {ceilingOf(501), 500},
	} {
		t.Run(name, func(t *testing.T) {
			var result filterResult
			post(t, start(t, test.serve)+"/v1/filter", request(500), &result)
			if result.NodeNames == nil || len(*result.NodeNames) != test.want {
				t.Fatalf("got %v, want %d names", result.NodeNames, test.want)
			}
			for i, name := range *result.NodeNames {
				if want := fmt.Sprintf("node-%d", i); name != want {
					t.Errorf("name %d is %s, want %s", i, name, want)
				}
			}
		})
	}
}

func TestPrioritizeScoresEachName(t *testing.T) {
	for name, serve := range map[string]func(net.Listener) error{"noop": serveNoop, "ceiling": ceilingOf(16)} {
		t.Run(name, func(t *testing.T) {
			url := start(t, serve) + "/v1/prioritize"
			for _, names := range []int{1, 2, 500} {
				var scores []hostPriority
				post(t, url, request(names), &scores)
				hosts := map[string]bool{}
				for _, score := range scores {
					hosts[score.Host] = true
				}
				if len(scores) != names || len(hosts) != names {
					t.Errorf("got %d scores of %d hosts, want %d", len(scores), len(hosts), names)
				}
			}
		})
	}
}

func TestCallsShareAConnection(t *testing.T) {
	for name, serve := range map[string]func(net.Listener) error{"noop": serveNoop, "ceiling": ceilingOf(0)} {
		t.Run(name, func(t *testing.T) {
			url := start(t, serve) + "/v1/filter"
			client := &http.Client{Transport: &http.Transport{}}
			opened := 0
			trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
				if !info.Reused {
					opened++
				}
			}}
			for range 100 {
				call, _ := http.NewRequest("POST", url, strings.NewReader(request(500)))
				response, err := client.Do(call.WithContext(httptrace.WithClientTrace(call.Context(), trace)))
				if err != nil {
					t.Fatal(err)
				}
				var result filterResult
				if err := json.NewDecoder(response.Body).Decode(&result); err != nil {
					t.Fatal(err)
				}
				response.Body.Close() // not drained, as kube-scheduler does it
			}
			if opened != 1 {
				t.Errorf("100 calls opened %d connections, want 1", opened)
			}
		})
	}
}

func TestStatsCountCallsSinceReset(t *testing.T) {
	for name, serve := range map[string]func(net.Listener) error{"noop": serveNoop, "ceiling": ceilingOf(0)} {
		t.Run(name, func(t *testing.T) {
			url := start(t, serve)
			post(t, url+"/v1/filter", request(10), nil)
			post(t, url+"/stats/reset", "", nil)
			post(t, url+"/v1/filter", request(10), nil)
			post(t, url+"/v1/prioritize", request(10), nil)
			response, err := http.Get(url + "/stats")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var got summary
			if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if got.Calls != 2 || got.P50Micros <= 0 || got.MaxMicros < got.P50Micros {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestRefusesWhatIsNoRequest(t *testing.T) {
	for name, serve := range map[string]func(net.Listener) error{"noop": serveNoop, "ceiling": ceilingOf(0)} {
		response, err := http.Post(start(t, serve)+"/v1/filter", "", bytes.NewBufferString(`{"Pod":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 400 {
			t.Errorf("%s: status %d, want 400", name, response.StatusCode)
		}
	}
}

func TestQuantileIsTheNearestRank(t *testing.T) {
	values := make([]time.Duration, 100)
	for i := range values {
		values[i] = time.Duration(i+1) * time.Microsecond
	}
	for q, want := range map[float64]float64{0.5: 50, 0.9: 90, 0.99: 99, 1: 100} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestRunRefusesBadArguments(t *testing.T) {
	for _, arguments := range [][]string{{}, {"other"}, {"ceiling", "--keep", "-1"}, {"noop", "--keep", "3"}} {
		if err := run(arguments); err == nil {
			t.Errorf("%v was taken", arguments)
		}
	}
}
