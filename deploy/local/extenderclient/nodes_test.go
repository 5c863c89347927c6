package extenderclient

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	fwk "k8s.io/kube-scheduler/framework"
)

const (
	cpu        = "cpu_usage_avg_5m"
	mem        = "mem_usage_avg_5m"
	staleSince = "ballast.dev/load-stale-since"

	cpuOver = "node(s) had cpu_usage_avg_5m over the limit of the load policy"
	memOver = "node(s) had mem_usage_avg_5m over the limit of the load policy"

	ours   = "extenderclient" // a label of all nodes made here
	noData = -1
)

// node is a node with annotations and what testdata/policy.yaml makes of it.
type node struct {
	name        string
	annotations map[string]string
	reason      string // empty when it passes
	points      int    // 0..100, or noData
}

// began is the time that readings are made relative to; they are fresh for 8 minutes
// and the clock tolerance of 2.
var began = time.Now()

func clock(ago time.Duration) string {
	return began.Add(-ago).UTC().Format("2006-01-02T15:04:05Z")
}

func reading(value string, ago time.Duration) string { return value + "," + clock(ago) }

// fresh are annotations with readings of a minute ago.
func fresh(cpuUsage, memUsage string) map[string]string {
	return map[string]string{cpu: reading(cpuUsage, time.Minute), mem: reading(memUsage, time.Minute)}
}

// withCPU has a fresh reading of memory, 0.31, and any text for the CPU.
func withCPU(text string) map[string]string {
	return map[string]string{cpu: text, mem: reading("0.31", time.Minute)}
}

// points is crane's score of usages with equal weights.
func points(usages ...float64) int {
	sum := 0.0
	for _, usage := range usages {
		sum += (1 - usage) * 1 * 100
	}
	return int(sum / float64(len(usages)))
}

// states has each state that a reading can be in.
var states = slices.Concat([]node{
	{"fresh-idle", fresh("0.12", "0.31"), "", points(0.12, 0.31)},
	{"fresh-at-limit", fresh("0.65", "0.31"), "", points(0.65, 0.31)},
	{"fresh-over", fresh("0.65001", "0.31"), cpuOver, points(0.65001, 0.31)},
	{"fresh-hot", fresh("0.9", "0.31"), cpuOver, points(0.9, 0.31)},
	{"fresh-largest", fresh("1.5", "0.31"), cpuOver, points(1.5, 0.31)},
	{"fresh-mem-over", fresh("0.12", "0.85"), memOver, points(0.12, 0.85)},
	{"fresh-both-over", fresh("0.9", "0.85"), cpuOver, points(0.9, 0.85)},
	{"fresh-full", fresh("1", "1"), cpuOver, 0},
	{"fresh-crane-style", fresh("0.90000", "0.31000"), cpuOver, points(0.9, 0.31)},
	{"ahead-1m", withCPU(reading("0.9", -time.Minute)), cpuOver, points(0.9, 0.31)},
	{"marker-before-reading", marked(fresh("0.9", "0.31"), 2*time.Minute), cpuOver, points(0.9, 0.31)},
	{"marker-garbage", with(fresh("0.9", "0.31"), staleSince, "yesterday"), cpuOver, points(0.9, 0.31)},

	{"stale-by-age", withCPU(reading("0.9", 11*time.Minute)), "", points(0.31)},
	{"stale-all", map[string]string{cpu: reading("0.9", time.Hour), mem: reading("0.9", 11*time.Minute)}, "", noData},
	{"stale-by-marker", marked(fresh("0.9", "0.9"), 30*time.Second), "", noData},
	{"stale-by-marker-same-second", marked(fresh("0.9", "0.9"), time.Minute), "", noData},
	{"missing-cpu", map[string]string{mem: reading("0.31", time.Minute)}, "", points(0.31)},
	{"missing-all", nil, "", noData},
	{"missing-but-others", map[string]string{"cpu": "0.9", "example.com/load": reading("0.9", 0)}, "", noData},
	{"ahead-3m", withCPU(reading("0.9", -3*time.Minute)), "", points(0.31)},
}, implausible(), garbage())

func implausible() []node {
	var nodes []node
	for i, value := range []string{"NaN", "-0.1", "1.6", "90", "1e308", "1e400", "Infinity", "-Infinity", "-NaN"} {
		nodes = append(nodes, node{fmt.Sprintf("implausible-%d", i), withCPU(reading(value, time.Minute)), "", points(0.31)})
	}
	return nodes
}

func garbage() []node {
	now := clock(time.Minute)
	var nodes []node
	for i, text := range []string{
		"", ",", "0.9", "0.9,", "," + now, "0.9 " + now, "0.9,yesterday", "0.9,2026-13-45T00:00:00Z",
		"0.9," + now + ",", "0.9," + now + " ", "0,9," + now, "90%," + now, "null", "{}", `"0.9",` + now,
		"٠.٩," + now, "０.９," + now, "0.9f," + now, "0.9\u00a0," + now, "\x00", "🔥," + now,
		"0.9,-292275055-05-16T16:47:04Z", "0.9,+1000000000-12-31T23:59:59Z", strings.Repeat("9", 10_000),
		strings.Repeat("0.9,", 1_000) + now,
	} {
		nodes = append(nodes, node{fmt.Sprintf("garbage-%02d", i), withCPU(text), "", points(0.31)})
	}
	return nodes
}

func with(annotations map[string]string, key, text string) map[string]string {
	annotations[key] = text
	return annotations
}

// marked says that samples stopped a time ago.
func marked(annotations map[string]string, ago time.Duration) map[string]string {
	return with(annotations, staleSince, clock(ago))
}

// oddNames are hot nodes whose names are unusual but legal.
var oddNames = func() []node {
	label := strings.Repeat("a", 63)
	var nodes []node
	for _, name := range []string{
		"0", "0.0.0.0", "null", "true", "1e5", "a-b.c-d.e--f", "xn--bcher-kva.example", "ip-10-0-0-1.ec2.internal",
		strings.Join([]string{label, label, label, strings.Repeat("b", 61)}, "."), // 253 characters
		strings.Repeat("c", 253), strings.Repeat("d.", 126) + "d",
	} {
		nodes = append(nodes, node{name, fresh("0.9", "0.31"), cpuOver, points(0.9, 0.31)})
	}
	return nodes
}()

// others serve single tests.
var others = []node{
	{"idle-1", fresh("0.12", "0.31"), "", points(0.12, 0.31)},
	{"idle-2", fresh("0.43", "0.31"), "", points(0.43, 0.31)},
	{"hot-1", fresh("0.9", "0.31"), cpuOver, points(0.9, 0.31)},
	{"hot-2", fresh("0.95", "0.31"), cpuOver, points(0.95, 0.31)},
	{"over-by-5", fresh("0.7", "0.31"), cpuOver, points(0.7, 0.31)},
	{"over-by-15", fresh("0.8", "0.31"), cpuOver, points(0.8, 0.31)},
	{"mem-over-by-5", fresh("0.1", "0.85"), memOver, points(0.1, 0.85)},
	{"mem-over-by-15", fresh("0.1", "0.95"), memOver, points(0.1, 0.95)},
}

// known has each node that exists while the tests run, by name.
var known = map[string]node{}

func init() {
	for _, each := range slices.Concat(states, oddNames, others) {
		if _, is := known[each.name]; is {
			panic("two nodes are called " + each.name)
		}
		known[each.name] = each
	}
}

func namesOf(nodes []node) []string {
	all := make([]string, len(nodes))
	for i, each := range nodes {
		all[i] = each.name
	}
	return all
}

// refusals are the nodes that the policy refuses, with the reasons.
func refusals(nodes []fwk.NodeInfo) map[string]string {
	refused := map[string]string{}
	for _, each := range nodes {
		if reason := known[each.Node().Name].reason; reason != "" {
			refused[each.Node().Name] = reason
		}
	}
	return refused
}

// scores are those that reach the client: 1..10, for nodes without data as for the median.
func scores(nodes []fwk.NodeInfo) map[string]int64 {
	var all []int
	for _, each := range nodes {
		if node, is := known[each.Node().Name]; is && node.points != noData {
			all = append(all, node.points)
		}
	}
	wanted := map[string]int64{}
	if len(all) == 0 {
		return wanted
	}
	slices.Sort(all)
	for _, each := range nodes {
		points := (all[(len(all)-1)/2] + all[len(all)/2]) / 2
		if node, is := known[each.Node().Name]; is && node.points != noData {
			points = node.points
		}
		if score := int64(math.Round(float64(points) / 10)); score > 0 {
			wanted[each.Node().Name] = score
		}
	}
	return wanted
}

// cluster is the API server that nodes are created in.
type cluster struct{ client *kubernetes.Clientset }

func connect(kubeconfig string) (cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return cluster{}, err
	}
	config.QPS, config.Burst = -1, 0
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	return cluster{client}, err
}

func (c cluster) create(ctx context.Context, nodes []node) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan node)
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			for each := range todo {
				object := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
					Name: each.name, Annotations: each.annotations, Labels: map[string]string{ours: "true"},
				}}
				if _, err := c.client.CoreV1().Nodes().Create(ctx, object, metav1.CreateOptions{}); err != nil {
					cancel(fmt.Errorf("node %s: %w", each.name, err))
				}
			}
		})
	}
	for _, each := range nodes {
		todo <- each
	}
	close(todo)
	group.Wait()
	return context.Cause(ctx)
}

func (c cluster) deleteAll(ctx context.Context) error {
	return c.client.CoreV1().Nodes().DeleteCollection(
		ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: ours})
}

// environment is what the tests are given, see the package comment.
type environment struct {
	address, unsynced, pid string
	cluster                cluster
}

var given environment

// ballast is the address of the running Ballast, with all nodes of this file known to it.
func ballast(t *testing.T) string {
	t.Helper()
	return needed(t, "BALLAST_TEST_ADDRESS", given.address)
}

func needed(t *testing.T, variable, value string) string {
	t.Helper()
	if value == "" {
		t.Skipf("%s is not set: 'go doc ./extenderclient' in deploy/local says how to run this test", variable)
	}
	return value
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "extenderclient:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	given.address = os.Getenv("BALLAST_TEST_ADDRESS")
	given.unsynced = os.Getenv("BALLAST_TEST_UNSYNCED_ADDRESS")
	given.pid = os.Getenv("BALLAST_TEST_PID")
	if given.address == "" {
		return m.Run(), nil
	}
	kubeconfig := os.Getenv("BALLAST_TEST_KUBECONFIG")
	if kubeconfig == "" {
		return 1, fmt.Errorf("BALLAST_TEST_ADDRESS is set, so BALLAST_TEST_KUBECONFIG has to be, too")
	}
	given.cluster, err = connect(kubeconfig)
	if err != nil {
		return 1, err
	}
	ctx := context.Background()
	if err := given.cluster.deleteAll(ctx); err != nil { // what a killed run left
		return 1, err
	}
	defer func() {
		if failed := given.cluster.deleteAll(ctx); failed != nil && err == nil {
			err = failed
		}
	}()
	extender, err := newClient(given.address)
	if err != nil {
		return 1, err
	}
	// With a fresh reading: where the first nodes that Ballast sees have none, its breaker opens for half a minute.
	if err := createBusy(ctx, extender, "first"); err != nil {
		return 1, err
	}
	all := make([]node, 0, len(known))
	for _, each := range known {
		all = append(all, each)
	}
	if err := given.cluster.create(ctx, all); err != nil {
		return 1, err
	}
	if err := createBusy(ctx, extender, "last"); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// createBusy creates a node over its limit and waits until Ballast refuses it.
func createBusy(ctx context.Context, extender fwk.Extender, name string) error {
	if err := given.cluster.create(ctx, []node{{name: name, annotations: fresh("0.9", "0.31")}}); err != nil {
		return err
	}
	if err := awaitFilter(extender, infos(name), map[string]string{name: cpuOver}); err != nil {
		return fmt.Errorf("the Ballast at %s does not see the nodes of this cluster: %w", given.address, err)
	}
	return nil
}
