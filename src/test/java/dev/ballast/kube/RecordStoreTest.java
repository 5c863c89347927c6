package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordStoreTest {
  /** Keeps the node of a pod. */
  private static final RecordStore.Kind<ProtoReader, PodView, String> NODES =
      new RecordStore.Kind<>() {
        @Override
        public PodView decode(ProtoReader object) {
          return PodView.read(object);
        }

        @Override
        public Meta metadata(PodView pod) {
          return pod.metadata;
        }

        @Override
        public String key(Meta metadata) {
          return metadata.uid;
        }

        @Override
        public String read(PodView pod, @Nullable String before) {
          return pod.spec.nodeName;
        }
      };

  private final List<String> told = new ArrayList<>();
  private final RecordStore<ProtoReader, PodView, String> store =
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

  private static ProtoReader pod(String uid, String node) {
    return ProtoJson.reader(
        new ProtoWriter()
            .message(1, new ProtoWriter().text(5, uid).text(6, "17"))
            .message(2, new ProtoWriter().text(10, node)));
  }

  @Test
  void put_newObject_keepsAndTellsItsRecordAndGivesItsMetadata() {
    var metadata = store.put(pod("u", "n1"));

    assertThat(metadata.resourceVersion).isEqualTo("17");
    assertThat(store.key(metadata)).isEqualTo("u");
    assertThat(store.records()).containsExactly("n1");
    assertThat(told).containsExactly("put n1");
  }

  @Test
  void put_sameRecordAgain_isToldOnceAndTheFirstIsKept() {
    store.put(pod("u", "n1"));
    var kept = store.records().iterator().next();

    store.put(pod("u", "n1"));

    assertThat(store.records().iterator().next()).isSameAs(kept);
    assertThat(told).containsExactly("put n1");
  }

  @Test
  void put_otherRecord_isTold() {
    store.put(pod("u", "n1"));
    store.put(pod("u", "n2"));

    assertThat(store.records()).containsExactly("n2");
    assertThat(told).containsExactly("put n1", "put n2");
  }

  @Test
  void remove_knownObject_tellsItsLastRecordOnce() {
    store.put(pod("u", "n1"));
    store.put(pod("u", "n2"));

    store.remove(Wire.metadata(pod("u", "n3")));
    store.remove(Wire.metadata(pod("u", "n3")));

    assertThat(store.records()).isEmpty();
    assertThat(told).containsExactly("put n1", "put n2", "remove n2");
  }

  @Test
  void retain_someKeys_takesBackTheOthers() {
    store.put(pod("u", "n1"));
    store.put(pod("v", "n2"));

    store.retain(Set.of("v", "w"));

    assertThat(store.records()).containsExactly("n2");
    assertThat(told).containsExactly("put n1", "put n2", "remove n1");
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

    failing.put(pod("u", "n1"));
    assertThat(failing.records()).containsExactly("n1");
    failing.remove(Wire.metadata(pod("u", "n1")));
    assertThat(failing.records()).isEmpty();
  }

  @Property(tries = 200)
  void listener_anyHistory_knowsWhatTheStoreHolds(
      @ForAll @Size(max = 60) List<@IntRange(max = 71) Integer> steps) {
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
      if (step >= 64) {
        history.retain(Set.of(uid));
        expected.keySet().retainAll(Set.of(uid));
      } else if (step >= 48) {
        history.remove(Wire.metadata(pod(uid, "")));
        expected.remove(uid);
      } else {
        String node = uid + "-n" + (step >> 3 & 3);
        history.put(pod(uid, node));
        expected.put(uid, node);
      }
    }

    assertThat(history.records()).containsExactlyInAnyOrderElementsOf(expected.values());
    assertThat(known).isEqualTo(expected);
  }
}
