package extenderclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
)

func TestThousandCallsOnOneConnection(t *testing.T) {
	way := newPath(t, ballast(t), 0, 0)
	extender := client(t, way.address)
	other := pod(func(pod *corev1.Pod) { pod.Spec.SchedulerName = "default-scheduler" })
	window := infos(append(madeUp(480), namesOf(states)...)...)
	few := infos("hot-1", "idle-1")
	many := infos(madeUp(15_000)...)
	started := time.Now()
	calls := 0
	for round := range 100 {
		nodes := window
		if round%25 == 0 {
			nodes = many
		}
		mustFilter(t, extender, pod(), nodes, refusals(nodes))
		mustPrioritize(t, extender, pod(), nodes, scores(nodes))
		for range 2 {
			mustFilter(t, extender, pod(), few, refusals(few))
			mustPrioritize(t, extender, pod(), few, scores(few))
			mustFilter(t, extender, other, window, nil)
			mustPrioritize(t, extender, other, window, nil)
		}
		calls += 10
	}
	t.Logf("%d calls in %v", calls, time.Since(started))
	if got := way.accepted.Load(); got != 1 {
		t.Errorf("%d calls took %d connections, want 1", calls, got)
	}
}

func TestRefusedCallsKeepTheirConnection(t *testing.T) {
	way := newPath(t, ballast(t), 0, 0)
	extender := client(t, way.address, func(settings *config.Extender) { settings.PrioritizeVerb = "no-such-verb" })
	nodes := infos("hot-1", "idle-1")
	for range 20 {
		if _, _, err := extender.Prioritize(pod(), nodes); err == nil {
			t.Fatal("an unknown verb has to be an error")
		}
		mustFilter(t, extender, pod(), nodes, refusals(nodes))
	}
	if got := way.accepted.Load(); got != 1 {
		t.Errorf("40 calls took %d connections, want 1", got)
	}
}

// madeUp names nodes that do not exist.
func madeUp(count int) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = fmt.Sprintf("ip-10-%d-%d-%d.region-1.compute.internal", i/62_500, i/250%250, i%250)
	}
	return all
}

func TestFifteenThousandNames(t *testing.T) {
	extender := client(t, ballast(t))
	all := madeUp(15_000)
	all[0], all[1], all[7_500], all[14_998], all[14_999] = "hot-1", "idle-1", "mem-over-by-15", "idle-2", "hot-2"
	nodes := infos(all...)
	mustFilter(t, extender, pod(), nodes,
		map[string]string{"hot-1": cpuOver, "mem-over-by-15": memOver, "hot-2": cpuOver})
	mustPrioritize(t, extender, pod(), nodes, scores(nodes))
}

func TestFiveThousandKnownNodes(t *testing.T) {
	extender := client(t, ballast(t))
	const count = 5_000
	all := make([]node, count)
	for i := range all {
		name := fmt.Sprintf("node-of-many-%04d", i)
		all[i] = node{name, fresh("0.12", "0.31"), "", points(0.12, 0.31)}
		if i%10 == 9 {
			all[i] = node{name, fresh("0.9", "0.31"), cpuOver, points(0.9, 0.31)}
		}
		known[name] = all[i]
	}
	t.Cleanup(func() {
		for _, each := range all {
			delete(known, each.name)
		}
	})
	started := time.Now()
	if err := given.cluster.create(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	t.Logf("created in %v", time.Since(started))
	nodes := infos(namesOf(all)...)
	if err := awaitFilter(extender, nodes, refusals(nodes)); err != nil {
		t.Fatal(err)
	}
	mustPrioritize(t, extender, pod(), nodes, scores(nodes))
	started = time.Now()
	for range 10 {
		mustFilter(t, extender, pod(), nodes, refusals(nodes))
	}
	t.Logf("a filter call with 5,000 known nodes takes %v", time.Since(started)/10)
}

func TestUnsyncedBallastIsNeutral(t *testing.T) {
	address := needed(t, "BALLAST_TEST_UNSYNCED_ADDRESS", given.unsynced)
	nodes := infos("hot-1", "idle-1", "nobody", "fresh-mem-over")
	t.Run("names", func(t *testing.T) {
		extender := client(t, address)
		if err := filter(extender, pod(), nodes).differs(nodes, nil); err != nil {
			t.Error(err)
		}
		mustPrioritize(t, extender, pod(), nodes, nil)
	})
	t.Run("whole nodes", func(t *testing.T) {
		extender := client(t, address, func(settings *config.Extender) { settings.NodeCacheCapable = false })
		mustFilterWhole(t, extender, pod(), nodes, nil)
		mustPrioritize(t, extender, pod(), nodes, nil)
	})
	t.Run("scheduling", func(t *testing.T) {
		if host, err := newScheduler(t, address, "hot-1").schedule(pod()); err != nil || host != "hot-1" {
			t.Errorf("scheduled to %q: %v", host, err)
		}
	})
}

// The end of each request comes later than Ballast's deadline, which is half of the 200 ms that it
// believes its client to wait. This client waits longer, so it sees the answer.
func TestAnswersAreNeutralPastTheDeadline(t *testing.T) {
	address := ballast(t)
	nodes := infos(append(madeUp(100), "hot-1", "idle-1", "fresh-mem-over")...)
	slow := func(t *testing.T) string { return newPath(t, address, 1_024, 300*time.Millisecond).address }
	t.Run("filter", func(t *testing.T) {
		if err := filter(client(t, slow(t)), pod(), nodes).differs(nodes, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("prioritize", func(t *testing.T) {
		got, weight, err := client(t, slow(t)).Prioritize(pod(), nodes)
		if err != nil || weight != 5 || len(*got) > 0 {
			t.Errorf("%v, weight %d: %v, want no scores", got, weight, err)
		}
	})
	t.Run("in time again", func(t *testing.T) {
		mustFilter(t, client(t, address), pod(), nodes, refusals(nodes))
	})
}

func TestFrozenBallastDoesNotStopScheduling(t *testing.T) {
	address := ballast(t)
	pid, err := strconv.Atoi(needed(t, "BALLAST_TEST_PID", given.pid))
	if err != nil || pid < 2 {
		t.Fatalf("BALLAST_TEST_PID is %q, it has to be a pid", given.pid)
	}
	asShipped := client(t, address, func(settings *config.Extender) { settings.HTTPTimeout = shippedTimeout(t) })
	scheduling := newScheduler(t, address, "hot-1")
	nodes := infos("hot-1", "idle-1")
	if _, err := scheduling.schedule(pod()); err == nil {
		t.Error("a hot node is the only one, so the pod should be refused as long as Ballast answers")
	}

	thaw := func() {
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(thaw)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	awaitStopped(t, pid)
	var timeout net.Error
	if got := filter(asShipped, pod(), nodes); !errors.As(got.err, &timeout) || !timeout.Timeout() {
		t.Errorf("filter: %v, want a timeout", got.err)
	}
	if _, _, err := asShipped.Prioritize(pod(), nodes); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("prioritize: %v, want a timeout", err)
	}
	if host, err := scheduling.schedule(pod()); err != nil || host != "hot-1" {
		t.Errorf("scheduled to %q while Ballast is frozen: %v", host, err)
	}

	thaw()
	mustFilter(t, client(t, address), pod(), nodes, refusals(nodes))
}

// awaitStopped waits until all threads stand still: the signal does not reach them at once.
func awaitStopped(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		if err != nil || len(stats) == 0 {
			t.Fatalf("no threads of process %d: %v", pid, err)
		}
		running := slices.IndexFunc(stats, func(file string) bool {
			stat, err := os.ReadFile(file)
			return err == nil && !strings.Contains(string(stat), ") T ")
		})
		if running < 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d runs 10 s after SIGSTOP, see %s", pid, stats[running])
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func shippedTimeout(t *testing.T) metav1.Duration {
	t.Helper()
	loaded, err := shipped("")
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Extenders[0].HTTPTimeout
}

func TestDeadBallastDoesNotStopScheduling(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	listener.Close()
	if got := filter(client(t, nobody), pod(), infos("hot-1")); !errors.Is(got.err, syscall.ECONNREFUSED) {
		t.Errorf("filter: %v, want a refused connection", got.err)
	}
	if host, err := newScheduler(t, nobody, "hot-1").schedule(pod()); err != nil || host != "hot-1" {
		t.Errorf("scheduled to %q without a Ballast: %v", host, err)
	}
}
