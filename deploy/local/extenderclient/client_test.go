package extenderclient

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/cmd/kube-scheduler/app/options"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

const (
	shippedConfiguration = "../../../scheduler-config/second-scheduler.yaml"
	ourScheduler         = "load-aware-scheduler"

	// patience is the timeout of a client whose test is not about time. Ballast itself answers
	// neutrally after 100 ms, see tries.
	patience = 10 * time.Second

	// tries is how often a call is repeated whose answer is neutral where a verdict was expected:
	// Ballast says so when the machine was too busy for an answer in time. A wrong verdict is
	// never asked for again.
	tries = 5
)

// shipped loads the shipped configuration as kube-scheduler does and puts an address into it.
func shipped(address string) (*config.KubeSchedulerConfiguration, error) {
	loaded, err := options.LoadConfigFromFile(klog.Background(), shippedConfiguration)
	if err != nil {
		return nil, err
	}
	if len(loaded.Extenders) != 1 {
		return nil, fmt.Errorf("%d extenders in %s, want 1", len(loaded.Extenders), shippedConfiguration)
	}
	prefix, err := url.Parse(loaded.Extenders[0].URLPrefix)
	if err != nil {
		return nil, err
	}
	prefix.Host = address
	loaded.Extenders[0].URLPrefix = prefix.String()
	return loaded, nil
}

// newClient makes kube-scheduler's client for the Ballast at an address, with shipped settings but
// for its timeout and what the changes change.
func newClient(address string, changes ...func(*config.Extender)) (fwk.Extender, error) {
	loaded, err := shipped(address)
	if err != nil {
		return nil, err
	}
	settings := loaded.Extenders[0]
	settings.HTTPTimeout.Duration = patience
	for _, change := range changes {
		change(&settings)
	}
	return scheduler.NewHTTPExtender(&settings)
}

func client(t *testing.T, address string, changes ...func(*config.Extender)) fwk.Extender {
	t.Helper()
	extender, err := newClient(address, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return extender
}

func pod(change ...func(*corev1.Pod)) *corev1.Pod {
	made := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-0", Namespace: "default", UID: "u-1"},
		Spec: corev1.PodSpec{
			SchedulerName: ourScheduler,
			Containers:    []corev1.Container{{Name: "main", Image: "none"}},
		},
	}
	for _, each := range change {
		each(made)
	}
	return made
}

func nominated(node string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.NominatedNodeName = node }
}

// infos makes the scheduler's view of nodes that need nothing but a name.
func infos(names ...string) []fwk.NodeInfo {
	nodes := make([]fwk.NodeInfo, len(names))
	for i, name := range names {
		nodes[i] = info(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return nodes
}

func info(node *corev1.Node) fwk.NodeInfo {
	made := framework.NewNodeInfo()
	made.SetNode(node)
	return made
}

func names(nodes []fwk.NodeInfo) []string {
	all := make([]string, len(nodes))
	for i, node := range nodes {
		all[i] = node.Node().Name
	}
	return all
}

// filtered is what the client made of an answer to filter.
type filtered struct {
	left                 []fwk.NodeInfo
	failed, unresolvable extenderv1.FailedNodesMap
	err                  error
}

func filter(extender fwk.Extender, pod *corev1.Pod, nodes []fwk.NodeInfo) filtered {
	var got filtered
	got.left, got.failed, got.unresolvable, got.err = extender.Filter(pod, nodes)
	return got
}

// withReasons is the number of nodes in a call up to which reasons come that kube-scheduler does not
// read, as a node is left.
const withReasons = 100

// differs says how a result differs from one that refuses these nodes for these reasons and leaves
// all others, the very same objects in the same order.
func (got filtered) differs(nodes []fwk.NodeInfo, refused map[string]string) error {
	if got.err != nil {
		return got.err
	}
	var left []fwk.NodeInfo
	reasons := extenderv1.FailedNodesMap{}
	for _, node := range nodes {
		if reason, is := refused[node.Node().Name]; is {
			reasons[node.Node().Name] = reason
		} else {
			left = append(left, node)
		}
	}
	if len(left) > 0 && len(nodes) > withReasons {
		clear(reasons)
	}
	if !slices.Equal(got.left, left) {
		return fmt.Errorf("left %s, want %s", brief(names(got.left)), brief(names(left)))
	}
	if len(got.failed) > 0 {
		return fmt.Errorf("failed %v: preemption would try these", got.failed)
	}
	if len(got.unresolvable) != len(reasons) {
		return fmt.Errorf("%d reasons, want %d", len(got.unresolvable), len(reasons))
	}
	for name, reason := range reasons {
		if got.unresolvable[name] != reason {
			return fmt.Errorf("refused %s with %q, want %q", name, got.unresolvable[name], reason)
		}
	}
	return nil
}

// neutral tells whether Ballast answered as if it were not there.
func (got filtered) neutral(nodes []fwk.NodeInfo) bool {
	return got.differs(nodes, nil) == nil
}

// mustFilter fails unless exactly these nodes are refused, for these reasons.
func mustFilter(
	t *testing.T, extender fwk.Extender, pod *corev1.Pod, nodes []fwk.NodeInfo, refused map[string]string,
) {
	t.Helper()
	for try := 1; ; try++ {
		got := filter(extender, pod, nodes)
		err := got.differs(nodes, refused)
		if err == nil {
			return
		}
		if try == tries || !got.neutral(nodes) {
			t.Fatalf("filter, try %d: %v", try, err)
		}
		t.Logf("filter, try %d: a neutral answer", try)
		time.Sleep(100 * time.Millisecond)
	}
}

// mustPrioritize fails unless exactly these nodes have a score, under the shipped weight.
func mustPrioritize(
	t *testing.T, extender fwk.Extender, pod *corev1.Pod, nodes []fwk.NodeInfo, scores map[string]int64,
) {
	t.Helper()
	for try := 1; ; try++ {
		got, weight, err := extender.Prioritize(pod, nodes)
		if err != nil {
			t.Fatalf("prioritize: %v", err)
		}
		if weight != 5 {
			t.Fatalf("weight %d, want 5", weight)
		}
		differs := scoresDiffer(*got, scores)
		if differs == nil {
			return
		}
		if try == tries || len(*got) > 0 {
			t.Fatalf("prioritize, try %d: %v", try, differs)
		}
		t.Logf("prioritize, try %d: a neutral answer", try)
		time.Sleep(100 * time.Millisecond)
	}
}

func scoresDiffer(got extenderv1.HostPriorityList, want map[string]int64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d scores, want %d", len(got), len(want))
	}
	seen := map[string]bool{}
	for _, host := range got {
		score, is := want[host.Host]
		if !is || seen[host.Host] || host.Score != score {
			return fmt.Errorf("%q has score %d (seen before: %t), want %d (wanted at all: %t)",
				host.Host, host.Score, seen[host.Host], score, is)
		}
		seen[host.Host] = true
	}
	return nil
}

// awaitFilter waits until exactly these nodes are refused: what was just written to
// the API server takes a moment.
func awaitFilter(extender fwk.Extender, nodes []fwk.NodeInfo, refused map[string]string) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := filter(extender, pod(), nodes).differs(nodes, refused)
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after 30 s: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// brief shows the first names of many.
func brief(names []string) string {
	if len(names) <= 20 {
		return fmt.Sprintf("%q", names)
	}
	return fmt.Sprintf("%q and %d more", names[:20], len(names)-20)
}
