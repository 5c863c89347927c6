package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordStoreTest {
  /** Keeps the node of a pod. */
  private static final RecordStore.Kind<PodView, String> NODES =
      new RecordStore.Kind<>() {
        @Override
        public String key(PodView pod) {
          return pod.uid();
        }

        @Override
        public PodView stub(String key) {
          return PodView.stub(key);
        }

        @Override
        public String read(PodView pod, @Nullable String before) {
          return String.valueOf(pod.getSpec().nodeName);
        }
      };

  private final List<String> told = new ArrayList<>();
  private final RecordStore<PodView, String> store =
      new RecordStore<>(
          NODES,
          new Feed.Listener<>() {
            @Override
            public void put(String node) {
              told.add("put " + node);
            }

            @Override
            public void remove(String last) {
              told.add("remove " + last);
            }
          });

  private @Nullable PodView put(String uid, String node) {
    var pod = pod(uid, node);
    return store.put(store.getKey(pod), pod);
  }

  @Test
  void put_newObject_keepsAndTellsItsRecordAndGivesNothingBack() {
    assertThat(put("u", "n1")).isNull();

    assertThat(store.records()).containsExactly("n1");
    assertThat(store.size()).isEqualTo(1);
    assertThat(told).containsExactly("put n1");
  }

  @Test
  void put_sameRecordAgain_isToldOnceAndTheFirstIsKept() {
    put("u", "n1");
    var kept = store.records().iterator().next();

    var before = put("u", new String("n1"));

    assertThat(before).isNotNull().extracting(store::getKey).isEqualTo("u");
    assertThat(store.records().iterator().next()).isSameAs(kept);
    assertThat(told).containsExactly("put n1");
  }

  @Test
  void put_otherRecord_isTold() {
    put("u", "n1");
    put("u", "n2");

    assertThat(store.records()).containsExactly("n2");
    assertThat(told).containsExactly("put n1", "put n2");
  }

  @Test
  void remove_knownObject_tellsItsLastRecordOnce() {
    put("u", "n1");
    put("u", "n2");

    assertThat(store.remove("u")).isNotNull().extracting(store::getKey).isEqualTo("u");
    assertThat(store.remove("u")).isNull();
    assertThat(store.get("u")).isNull();
    assertThat(store.size()).isZero();
    assertThat(told).containsExactly("put n1", "put n2", "remove n2");
  }

  @Test
  void values_someObjects_areStubsThatHoldAKeyOnly() {
    put("u", "n1");
    put("v", "n2");

    assertThat(store.keySet()).containsExactlyInAnyOrder("u", "v");
    assertThat(store.values())
        .hasSize(2)
        .allSatisfy(stub -> assertThat(stub.getSpec().nodeName).isNull())
        .allSatisfy(stub -> assertThat(stub.getMetadata().getResourceVersion()).isNull())
        .allSatisfy(stub -> assertThat(stub.getMetadata().getUid()).isEqualTo(stub.uid()))
        .extracting(store::getKey)
        .containsExactlyInAnyOrder("u", "v");
    assertThat(store.isFullState()).isFalse();
  }

  @Test
  void put_listenerFails_isKeptAllTheSame() {
    var failing =
        new RecordStore<>(
            NODES,
            new Feed.Listener<String>() {
              @Override
              public void put(String node) {
                throw new IllegalStateException("full");
              }

              @Override
              public void remove(String last) {
                throw new IllegalStateException("empty");
              }
            });

    assertThat(failing.put("u", pod("u", "n1"))).isNull();
    assertThat(failing.records()).containsExactly("n1");
    assertThat(failing.remove("u")).isNotNull();
    assertThat(failing.size()).isZero();
  }

  @Property(tries = 200)
  void listener_anyHistory_knowsWhatTheStoreHolds(
      @ForAll @Size(max = 60) List<@IntRange(max = 63) Integer> steps) {
    var known = new HashMap<String, String>();
    var history =
        new RecordStore<>(
            NODES,
            new Feed.Listener<String>() {
              @Override
              public void put(String node) {
                assertThat(known.put(node.substring(0, 2), node)).isNotEqualTo(node);
              }

              @Override
              public void remove(String last) {
                assertThat(known.remove(last.substring(0, 2))).isEqualTo(last);
              }
            });
    var expected = new HashMap<String, String>();
    for (int step : steps) {
      String uid = "u" + (step & 7);
      if (step >= 48) {
        history.remove(uid);
        expected.remove(uid);
      } else {
        String node = uid + "-n" + (step >> 3 & 3);
        history.put(uid, pod(uid, node));
        expected.put(uid, node);
      }
    }

    assertThat(history.records()).containsExactlyInAnyOrderElementsOf(expected.values());
    assertThat(known).isEqualTo(expected);
  }

  private static PodView pod(String uid, String node) {
    var pod = new PodView();
    pod.getMetadata().setUid(uid);
    pod.getSpec().nodeName = node;
    return pod;
  }
}
