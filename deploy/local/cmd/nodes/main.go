// Command nodes makes the Node objects of the local cluster: ready, untainted, without a kubelet.
// Nodes that exist are brought to the wanted labels and status, so it can be run again.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	clientcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/clientcmd"

	"ballast.dev/deploy/local/internal/fleet"
)

const workers = 64

func main() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "kubeconfig of a user that may create nodes")
	nodes := flag.Int("nodes", 50, "how many nodes")
	cpus := flag.Int("cpus", 16, "cores of a node; it has 4 GiB of memory for each")
	flag.Parse()
	if err := run(*kubeconfig, *nodes, *cpus); err != nil {
		fmt.Fprintln(os.Stderr, "nodes:", err)
		os.Exit(1)
	}
}

func run(kubeconfig string, nodes, cpus int) error {
	if err := fleet.CheckSize(nodes); err != nil {
		return err
	}
	if cpus < 1 {
		return fmt.Errorf("--cpus is %d, it has to be at least 1", cpus)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, 0 // the workers are the limit
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return ensureAll(context.Background(), client.CoreV1().Nodes(), nodes, cpus)
}

func ensureAll(ctx context.Context, client clientcorev1.NodeInterface, nodes, cpus int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	indices := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range indices {
				if err := ensure(ctx, client, node(i, cpus, metav1.Now())); err != nil {
					cancel(fmt.Errorf("node %s: %w", fleet.Name(i), err))
				}
			}
		})
	}
	for i := 0; i < nodes && ctx.Err() == nil; i++ {
		indices <- i
	}
	close(indices)
	group.Wait()
	return context.Cause(ctx)
}

// ensure creates the node or, if it exists, patches what this program decides about it.
func ensure(ctx context.Context, client clientcorev1.NodeInterface, node *corev1.Node) error {
	_, err := client.Create(ctx, node, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	labels, err := json.Marshal(map[string]any{"metadata": map[string]any{"labels": node.Labels}})
	if err != nil {
		return err
	}
	status, err := json.Marshal(map[string]any{"status": node.Status})
	if err != nil {
		return err
	}
	if _, err := client.Patch(ctx, node.Name, types.MergePatchType, labels, metav1.PatchOptions{}); err != nil {
		return err
	}
	_, err = client.Patch(ctx, node.Name, types.MergePatchType, status, metav1.PatchOptions{}, "status")
	return err
}

func node(i, cpus int, now metav1.Time) *corev1.Node {
	name := fleet.Name(i)
	room := corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(int64(cpus), resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(int64(cpus)*4<<30, resource.BinarySI),
		corev1.ResourcePods:             resource.MustParse("500"),
		corev1.ResourceEphemeralStorage: resource.MustParse("100Gi"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				corev1.LabelHostname:     name,
				corev1.LabelTopologyZone: fleet.Zone(i),
				corev1.LabelOSStable:     "linux",
			},
		},
		Status: corev1.NodeStatus{
			Capacity:    room,
			Allocatable: room,
			Conditions: []corev1.NodeCondition{{
				Type:               corev1.NodeReady,
				Status:             corev1.ConditionTrue,
				Reason:             "KubeletReady",
				Message:            "no kubelet: always ready",
				LastHeartbeatTime:  now,
				LastTransitionTime: metav1.NewTime(now.Truncate(time.Second)),
			}},
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fleet.IP(i)},
				{Type: corev1.NodeHostName, Address: name},
			},
		},
	}
}
