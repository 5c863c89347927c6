package extenderclient

import (
	"context"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	internalcache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/profile"
)

// scheduling is kube-scheduler's choice of a node, under the shipped configuration.
type scheduling struct {
	ctx       context.Context
	scheduler *scheduler.Scheduler
}

// newScheduler makes one with these nodes, all of the same size and empty.
func newScheduler(t *testing.T, address string, nodes ...string) scheduling {
	t.Helper()
	loaded, err := shipped(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(klog.NewContext(context.Background(), klog.Logger{}))
	t.Cleanup(cancel)
	api := fake.NewClientset()
	made, err := scheduler.New(ctx, api, informers.NewSharedInformerFactory(api, 0), nil,
		profile.NewRecorderFactory(events.NewBroadcaster(&events.EventSinkImpl{Interface: api.EventsV1()})),
		scheduler.WithProfiles(loaded.Profiles...),
		scheduler.WithExtenders(loaded.Extenders...))
	if err != nil {
		t.Fatal(err)
	}
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("16"), corev1.ResourceMemory: resource.MustParse("64Gi"),
		corev1.ResourcePods: resource.MustParse("110"),
	}
	for _, name := range nodes {
		made.Cache.AddNode(klog.Logger{}, &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Status:     corev1.NodeStatus{Capacity: room, Allocatable: room},
		})
	}
	return scheduling{ctx, made}
}

// schedule gives the node that the scheduler would bind the pod to.
func (s scheduling) schedule(pod *corev1.Pod) (string, error) {
	framed, is := s.scheduler.Profiles[pod.Spec.SchedulerName]
	if !is {
		return "", fmt.Errorf("no profile for %q", pod.Spec.SchedulerName)
	}
	snapshot, is := framed.SnapshotSharedLister().(*internalcache.Snapshot)
	if !is {
		return "", fmt.Errorf("the scheduler keeps its nodes in a %T", framed.SnapshotSharedLister())
	}
	if err := s.scheduler.Cache.UpdateSnapshot(klog.Logger{}, snapshot); err != nil {
		return "", err
	}
	parsed, err := framework.NewPodInfo(pod)
	if err != nil {
		return "", err
	}
	result, err := s.scheduler.SchedulePod(
		s.ctx, framed, framework.NewCycleState(), &framework.QueuedPodInfo{PodInfo: parsed})
	return result.SuggestedHost, err
}

func TestSchedulerTakesTheIdlestNode(t *testing.T) {
	s := newScheduler(t, ballast(t), "hot-1", "idle-2", "missing-all", "fresh-mem-over", "idle-1", "hot-2")
	again(t, func() error { return s.mustChoose(pod(), "idle-1") })
}

func TestSchedulerKeepsANominatedNodeThatIsALittleOver(t *testing.T) {
	s := newScheduler(t, ballast(t), "idle-1", "over-by-5", "over-by-15")
	again(t, func() error { return s.mustChoose(pod(nominated("over-by-5")), "over-by-5") })
	again(t, func() error { return s.mustChoose(pod(nominated("over-by-15")), "idle-1") })
}

// The text is what users read in the event of their pod.
func TestSchedulerSaysWhyAllNodesAreRefused(t *testing.T) {
	s := newScheduler(t, ballast(t), "hot-1", "fresh-mem-over", "hot-2")
	const want = "0/3 nodes are available: 1 " + memOver + ", 2 " + cpuOver + "."
	again(t, func() error {
		host, err := s.schedule(pod())
		if err == nil || err.Error() != want {
			return fmt.Errorf("host %q, %v, want %q", host, err, want)
		}
		return nil
	})
}

func (s scheduling) mustChoose(pod *corev1.Pod, want string) error {
	host, err := s.schedule(pod)
	if err == nil && host != want {
		err = fmt.Errorf("scheduled to %q, want %q", host, want)
	}
	return err
}

// again repeats a choice that went wrong: within the 200 ms of the shipped configuration a busy
// machine may not get a verdict.
func again(t *testing.T, choose func() error) {
	t.Helper()
	for try := 1; ; try++ {
		err := choose()
		if err == nil {
			return
		}
		if try == tries {
			t.Fatal(err)
		}
		t.Logf("try %d: %v", try, err)
		time.Sleep(100 * time.Millisecond)
	}
}
