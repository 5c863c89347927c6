package extenderclient

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	randomPods = 500
	seed       = 20261122
)

func TestRandomPods(t *testing.T) {
	extender := client(t, ballast(t))
	kinds := map[string]int{}
	for i := range randomPods {
		r := random{rand.New(rand.NewPCG(seed, uint64(i)))}
		pod, judged := r.pod()
		nodes := infos(r.nodes()...)
		refused, scored := refusals(nodes), scores(nodes)
		if !judged {
			refused, scored = nil, nil
		}
		for range 2 { // the same data gives the same answer
			mustFilter(t, extender, pod, nodes, refused)
			mustPrioritize(t, extender, pod, nodes, scored)
		}
		if t.Failed() {
			t.Fatalf("pod %d: %v", i, pod)
		}
		kinds[kind(judged, len(refused) > 0)]++
	}
	t.Logf("%v", kinds)
	for _, kind := range []string{"not judged", "none refused", "some refused"} {
		if kinds[kind] < randomPods/20 {
			t.Errorf("%d pods of kind %q: too few to mean something", kinds[kind], kind)
		}
	}
}

func kind(judged, refused bool) string {
	switch {
	case !judged:
		return "not judged"
	case refused:
		return "some refused"
	default:
		return "none refused"
	}
}

type random struct{ *rand.Rand }

func (r random) chance(percent int) bool { return r.IntN(100) < percent }

// pieces are texts that are easily misread.
var pieces = []string{
	"a", "Z", "0", " ", "\x00", "\x01", "\x1f", "\x7f", "\t", "\r\n", `"`, `\`, `\u0041`, `\ud800`, "/", "<script>", "&amp;", "'",
	"ä", "ß", "İ", "e\u0301", "中", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe", "\u200f", "\u202e", "🔥", "👩‍👩‍👧", "\U0010ffff",
	"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
	`{"Pod":{`, `"spec":{"schedulerName":"load-aware-scheduler"}`, `"NodeNames":["hot-1"]`, `"kind":"DaemonSet"`, "]}", "null",
}

func (r random) text() string {
	length := r.IntN(12)
	if r.chance(3) {
		length = 5_000
	}
	var text strings.Builder
	for range length {
		text.WriteString(pieces[r.IntN(len(pieces))])
	}
	return text.String()
}

func (r random) texts() map[string]string {
	if r.chance(20) {
		return nil
	}
	texts := map[string]string{}
	for range r.IntN(8) {
		texts[r.text()] = r.text()
	}
	return texts
}

// nodes are different names in random order, of nodes that exist and of some that do not.
func (r random) nodes() []string {
	all := slices.Sorted(maps.Keys(known))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	most := len(all)
	if r.chance(50) {
		most = 3
	}
	all = all[:r.IntN(most+1)]
	seen := map[string]bool{}
	for range r.IntN(5) {
		name := strings.ToValidUTF8(r.text(), "?") // JSON has no other texts
		if _, exists := known[name]; !exists && !seen[name] {
			seen[name] = true
			all = append(all, name)
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// pod is a pod with random parts, and whether its nodes are to be judged.
func (r random) pod() (*corev1.Pod, bool) {
	made := &corev1.Pod{}
	if r.chance(10) {
		return made, false // nothing but what Go always writes
	}
	made.ObjectMeta = metav1.ObjectMeta{
		Name: r.text(), Namespace: r.text(), GenerateName: r.text(), UID: types.UID(r.text()), ResourceVersion: r.text(),
		Labels: r.texts(), Annotations: r.texts(),
	}
	if r.chance(50) {
		made.CreationTimestamp = metav1.NewTime(time.Unix(r.Int64N(4_000_000_000), 0))
	}
	daemon := r.owners(made)
	scheduler := ourScheduler
	if r.chance(25) {
		scheduler = []string{"", "default-scheduler", r.text()}[r.IntN(3)]
	}
	made.Spec = corev1.PodSpec{SchedulerName: scheduler, NodeSelector: r.texts(), Hostname: r.text()}
	for range r.IntN(4) {
		made.Spec.Containers = append(made.Spec.Containers, r.container())
	}
	for range r.IntN(2) {
		made.Spec.InitContainers = append(made.Spec.InitContainers, r.container())
	}
	if r.chance(30) {
		priority := r.Int32()
		made.Spec.Priority = &priority
	}
	if r.chance(30) {
		made.Spec.Affinity = r.affinity()
	}
	if r.chance(30) {
		made.Spec.Overhead = r.quantities()
	}
	made.Status = corev1.PodStatus{Phase: corev1.PodPhase(r.text()), Message: r.text(), NominatedNodeName: r.text()}
	return made, scheduler == ourScheduler && !daemon
}

func (r random) owners(pod *corev1.Pod) (daemon bool) {
	for range r.IntN(3) {
		switch {
		case r.chance(20):
			ownedBy("apps/v1", "DaemonSet")(pod)
			daemon = true
		case r.chance(50):
			ownedBy("apps/v1", "ReplicaSet")(pod)
		default:
			ownedBy(r.text(), "x"+r.text())(pod)
		}
	}
	return daemon
}

func (r random) container() corev1.Container {
	made := corev1.Container{Name: r.text(), Image: r.text(), Command: []string{r.text()}}
	for range r.IntN(4) {
		made.Env = append(made.Env, corev1.EnvVar{Name: r.text(), Value: r.text()})
	}
	if r.chance(70) {
		made.Resources = corev1.ResourceRequirements{Requests: r.quantities(), Limits: r.quantities()}
	}
	return made
}

func (r random) quantities() corev1.ResourceList {
	if r.chance(30) {
		return nil
	}
	all := []string{"0", "1", "250m", "1.5", "100n", "64Gi", "9223372036854775807", "12E", "-1", "1e9", "0.000001"}
	pick := func() resource.Quantity { return resource.MustParse(all[r.IntN(len(all))]) }
	return corev1.ResourceList{
		corev1.ResourceCPU: pick(), corev1.ResourceMemory: pick(), corev1.ResourceName(r.text()): pick(),
	}
}

func (r random) affinity() *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{
			Weight: r.Int32(),
			Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{
				Key: r.text(), Operator: corev1.NodeSelectorOpIn, Values: []string{r.text(), r.text()},
			}}},
		}},
	}}
}
