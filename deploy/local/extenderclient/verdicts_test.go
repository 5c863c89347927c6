package extenderclient

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
)

func TestShippedConfigurationIsValidAndIgnoresFailures(t *testing.T) {
	loaded, err := shipped("127.0.0.1:9443")
	if err != nil {
		t.Fatal(err)
	}
	if err := validation.ValidateKubeSchedulerConfiguration(loaded); err != nil {
		t.Error(err)
	}
	if timeout := loaded.Extenders[0].HTTPTimeout.Duration; timeout != 200*time.Millisecond {
		t.Errorf("httpTimeout %v, want 200ms", timeout)
	}
	extender := client(t, "127.0.0.1:9443")
	for what, is := range map[string]bool{
		"ignorable":                    extender.IsIgnorable(),
		"filter":                       extender.IsFilter(),
		"prioritize":                   extender.IsPrioritizer(),
		"not a binder":                 !extender.IsBinder(),
		"not asked about preemption":   !extender.SupportsPreemption(),
		"interested in a pod like any": extender.IsInterested(pod()),
	} {
		if !is {
			t.Errorf("the shipped extender has to be: %s", what)
		}
	}
}

func TestEachStateOfData(t *testing.T) {
	extender := client(t, ballast(t))
	for _, each := range states {
		t.Run(each.name, func(t *testing.T) {
			nodes := infos("idle-1", each.name, "idle-2")
			mustFilter(t, extender, pod(), nodes, refusals(nodes))
			mustPrioritize(t, extender, pod(), nodes, scores(nodes))
		})
	}
	t.Run("all of them", func(t *testing.T) {
		nodes := infos(namesOf(states)...)
		mustFilter(t, extender, pod(), nodes, refusals(nodes))
		mustPrioritize(t, extender, pod(), nodes, scores(nodes))
	})
	t.Run("all of them backwards", func(t *testing.T) {
		nodes := infos(namesOf(states)...)
		slices.Reverse(nodes)
		mustFilter(t, extender, pod(), nodes, refusals(nodes))
		mustPrioritize(t, extender, pod(), nodes, scores(nodes))
	})
}

func TestAllRefused(t *testing.T) {
	extender := client(t, ballast(t))
	nodes := infos("hot-1", "fresh-mem-over", "hot-2")
	mustFilter(t, extender, pod(), nodes,
		map[string]string{"hot-1": cpuOver, "fresh-mem-over": memOver, "hot-2": cpuOver})
	mustPrioritize(t, extender, pod(), nodes, scores(nodes))
}

func TestOneCandidate(t *testing.T) {
	extender := client(t, ballast(t))
	for _, each := range []struct {
		what  string
		pod   *corev1.Pod
		nodes []string
		want  map[string]string
	}{
		{"idle", pod(), []string{"idle-1"}, nil},
		{"without data", pod(), []string{"missing-all"}, nil},
		{"over", pod(), []string{"over-by-5"}, map[string]string{"over-by-5": cpuOver}},
		{"nominated, over by less than 10 points", pod(nominated("over-by-5")), []string{"over-by-5"}, nil},
		{"nominated, memory over by less", pod(nominated("mem-over-by-5")), []string{"mem-over-by-5"}, nil},
		{"nominated, over by more than 10 points", pod(nominated("over-by-15")), []string{"over-by-15"},
			map[string]string{"over-by-15": cpuOver}},
		{"nominated, memory over by more", pod(nominated("mem-over-by-15")), []string{"mem-over-by-15"},
			map[string]string{"mem-over-by-15": memOver}},
		{"nominated to another node", pod(nominated("idle-1")), []string{"over-by-5"},
			map[string]string{"over-by-5": cpuOver}},
		{"nominated, but one of two", pod(nominated("over-by-5")), []string{"over-by-5", "idle-1"},
			map[string]string{"over-by-5": cpuOver}},
	} {
		t.Run(each.what, func(t *testing.T) { mustFilter(t, extender, each.pod, infos(each.nodes...), each.want) })
	}
}

func TestUnknownNodes(t *testing.T) {
	extender := client(t, ballast(t))
	t.Run("only", func(t *testing.T) {
		nodes := infos("nobody-1", "nobody-2", "nobody-3")
		mustFilter(t, extender, pod(), nodes, nil)
		mustPrioritize(t, extender, pod(), nodes, nil)
	})
	t.Run("among known", func(t *testing.T) {
		nodes := infos("nobody-1", "hot-1", "nobody-2", "idle-1", "nobody-3", "idle-2")
		mustFilter(t, extender, pod(), nodes, map[string]string{"hot-1": cpuOver})
		mustPrioritize(t, extender, pod(), nodes, scores(nodes))
	})
}

func TestNamesOfUnusualForm(t *testing.T) {
	extender := client(t, ballast(t))
	nodes := infos(append(namesOf(oddNames), "idle-1", "x", "0.0.0")...)
	mustFilter(t, extender, pod(), nodes, refusals(nodes))
	mustPrioritize(t, extender, pod(), nodes, scores(nodes))
}

func TestPodsOfOthersComeBackUntouched(t *testing.T) {
	extender := client(t, ballast(t))
	nodes := infos("hot-2", "idle-1", "hot-1", "fresh-both-over", "nobody", "missing-all")
	for what, change := range map[string]func(*corev1.Pod){
		"of another scheduler":     func(pod *corev1.Pod) { pod.Spec.SchedulerName = "default-scheduler" },
		"of no scheduler":          func(pod *corev1.Pod) { pod.Spec.SchedulerName = "" },
		"of a scheduler like ours": func(pod *corev1.Pod) { pod.Spec.SchedulerName = "Load-Aware-Scheduler" },
		"of a DaemonSet":           ownedBy("apps/v1", "DaemonSet"),
	} {
		t.Run(what, func(t *testing.T) {
			got := filter(extender, pod(change), nodes)
			if err := got.differs(nodes, nil); err != nil {
				t.Errorf("filter: %v", err)
			}
			mustPrioritize(t, extender, pod(change), nodes, nil)
		})
	}
}

func ownedBy(version, kind string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		controls := true
		pod.OwnerReferences = append(pod.OwnerReferences, metav1.OwnerReference{
			APIVersion: version, Kind: kind, Name: "owner", UID: "o-1", Controller: &controls,
		})
	}
}

func TestLoadChanges(t *testing.T) {
	extender := client(t, ballast(t))
	ctx := context.Background()
	api := given.cluster.client.CoreV1().Nodes()
	nodes := infos("changing", "idle-1")
	refused := map[string]string{"changing": cpuOver}
	patch := func(annotations map[string]any) {
		t.Helper()
		body, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": annotations}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := api.Patch(ctx, "changing", types.MergePatchType, body, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	await := func(what string, refused map[string]string) {
		t.Helper()
		if err := awaitFilter(extender, nodes, refused); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	if err := given.cluster.create(ctx, []node{{name: "changing", annotations: fresh("0.9", "0.31")}}); err != nil {
		t.Fatal(err)
	}
	await("hot", refused)
	patch(map[string]any{cpu: reading("0.2", 0)})
	await("cooled down", nil)
	patch(map[string]any{cpu: reading("0.9", 0)})
	await("hot again", refused)
	patch(map[string]any{staleSince: clock(0)})
	await("its samples stopped", nil)
	patch(map[string]any{staleSince: nil})
	await("its samples came back", refused)
	patch(map[string]any{cpu: nil})
	await("without a reading", nil)
	patch(map[string]any{cpu: reading("0.9", 0)})
	await("with one again", refused)
	if err := api.Delete(ctx, "changing", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	await("deleted", nil)
}

func TestWholeNodes(t *testing.T) {
	extender := client(t, ballast(t), func(settings *config.Extender) { settings.NodeCacheCapable = false })
	var nodes []fwk.NodeInfo
	for i, name := range []string{"hot-1", "idle-1", "missing-all", oddNames[8].name, "nobody", "idle-2", "fresh-mem-over"} {
		nodes = append(nodes, info(wholeNode(name, i)))
	}
	refused := refusals(nodes)
	t.Run("ours", func(t *testing.T) {
		mustFilterWhole(t, extender, pod(), nodes, refused)
		mustPrioritize(t, extender, pod(), nodes, scores(nodes))
	})
	t.Run("all refused", func(t *testing.T) {
		hot := []fwk.NodeInfo{nodes[0], nodes[6]}
		mustFilterWhole(t, extender, pod(), hot, refused)
	})
	t.Run("of another scheduler", func(t *testing.T) {
		other := pod(func(pod *corev1.Pod) { pod.Spec.SchedulerName = "default-scheduler" })
		mustFilterWhole(t, extender, other, nodes, nil)
		mustPrioritize(t, extender, other, nodes, nil)
	})
	t.Run("more than Ballast reads", func(t *testing.T) {
		big := wholeNode("idle-1", 0)
		big.Annotations["example.com/big"] = string(make([]byte, 3<<20)) // each NUL is six bytes of JSON
		if got := filter(extender, pod(), []fwk.NodeInfo{info(big)}); got.err == nil {
			t.Error("no error, so what is left counts: ", names(got.left))
		}
		mustFilterWhole(t, extender, pod(), nodes, refused)
	})
}

// mustFilterWhole is mustFilter for a client that sends whole nodes: it gets new objects of them.
func mustFilterWhole(
	t *testing.T, extender fwk.Extender, pod *corev1.Pod, nodes []fwk.NodeInfo, refused map[string]string,
) {
	t.Helper()
	for try := 1; ; try++ {
		got := filter(extender, pod, nodes)
		back := len(got.left)
		for i, left := range got.left {
			at := slices.IndexFunc(nodes, func(sent fwk.NodeInfo) bool { return sent.Node().Name == left.Node().Name })
			if at < 0 {
				t.Fatalf("node %q was not sent", left.Node().Name)
			}
			if !equality.Semantic.DeepEqual(left.Node(), nodes[at].Node()) {
				t.Errorf("node %q came back changed:\n%v\nwas\n%v", left.Node().Name, left.Node(), nodes[at].Node())
			}
			got.left[i] = nodes[at]
		}
		err := got.differs(nodes, refused)
		if err == nil {
			return
		}
		if try == tries || back != len(nodes) {
			t.Fatalf("filter, try %d: %v", try, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// wholeNode has parts of each kind that a Node of a cluster has, in texts that need escapes.
func wholeNode(name string, i int) *corev1.Node {
	now := metav1.NewTime(began.Truncate(time.Second))
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("15890m"), corev1.ResourceMemory: resource.MustParse("60Gi"),
		"example.com/gpu": resource.MustParse("0"),
	}
	made := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: types.UID(fmt.Sprint("n-", i)), CreationTimestamp: now,
			Labels:      map[string]string{corev1.LabelHostname: name, "": ""},
			Annotations: map[string]string{"name": "another", "metadata": `{"name":"x"}`, "example.com/note": "<ä & \"\u2028\u0001🔥\">"},
			ManagedFields: []metav1.ManagedFieldsEntry{{
				Manager: "kubelet", Operation: "Update", Time: &now, FieldsType: "FieldsV1",
				FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:name":{".":{}}}}`)},
			}},
		},
		Spec: corev1.NodeSpec{PodCIDR: "10.0.0.0/24", Taints: []corev1.Taint{{Key: "name", Effect: "NoSchedule"}}},
		Status: corev1.NodeStatus{
			Capacity: room, Allocatable: room,
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: "True", LastHeartbeatTime: now}},
			Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "10.0.0.1"}},
		},
	}
	for image := range 50 {
		made.Status.Images = append(made.Status.Images, corev1.ContainerImage{
			Names: []string{fmt.Sprintf("example.com/image@sha256:%064d", image)}, SizeBytes: 1 << 40,
		})
	}
	return made
}
