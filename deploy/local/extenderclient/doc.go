// Package extenderclient holds tests that call a running Ballast through kube-scheduler's own HTTP
// client of extenders, in the version of this module, and look at what that client makes of the
// answers. The settings of the client are those of scheduler-config/second-scheduler.yaml.
//
// ExtenderClientIT, one of the integration tests of Maven, runs them all. By hand:
//
//	deploy/local/cluster up --nodes 0 --no-scheduler --no-prometheus
//	. <(deploy/local/cluster env)
//	java -jar target/ballast.jar serve --role extender --kubeconfig $KUBECONFIG \
//	  --policy deploy/local/extenderclient/testdata/policy.yaml
//	cd deploy/local && BALLAST_TEST_KUBECONFIG=$KUBECONFIG BALLAST_TEST_ADDRESS=127.0.0.1:9443 \
//	  go test -v ./extenderclient
//
// The tests create nodes in that cluster and delete them at the end. Two more variables have tests
// of their own: BALLAST_TEST_PID, the pid of that Ballast, which is frozen for a moment, and
// BALLAST_TEST_UNSYNCED_ADDRESS, where another one listens that cannot reach its API server.
// Tests whose variables are not set are skipped.
package extenderclient
