package dev.ballast.kube;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordStoreTest {
  private final RecordStore<PodView, String> store =
      new RecordStore<>(PodView::new, pod -> String.valueOf(pod.getSpec().nodeName));

  @Test
  void key_withAndWithoutNamespace_isTheInformers() {
    assertThat(RecordStore.key(pod("shop", "p", "1", "n"))).isEqualTo("shop/p");
    assertThat(RecordStore.key(pod(null, "p", "1", "n"))).isEqualTo("p");
    assertThat(RecordStore.key(pod("", "p", "1", "n"))).isEqualTo("p");
    assertThat(store.getKey(pod("shop", "p", "1", "n"))).isEqualTo("shop/p");
  }

  @Test
  void put_newObject_keepsItsRecordAndGivesNothingBack() {
    assertThat(store.put("shop/p", pod("shop", "p", "1", "n1"))).isNull();

    assertThat(store.find("shop/p")).isEqualTo("n1");
    assertThat(store.size()).isEqualTo(1);
    assertThat(store.records()).containsExactly("n1");
  }

  @Test
  void put_knownObject_givesTheOldOnesStubBack() {
    store.put("shop/p", pod("shop", "p", "1", "n1"));

    var before = store.put("shop/p", pod("shop", "p", "2", "n2"));

    assertStub(before, "shop", "p", "1");
    assertThat(store.find("shop/p")).isEqualTo("n2");
    assertStub(store.get("shop/p"), "shop", "p", "2");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void remove_knownObject_givesItsStubBack() {
    store.put("p", pod(null, "p", "3", "n1"));

    assertStub(store.remove("p"), null, "p", "3");
    assertThat(store.remove("p")).isNull();
    assertThat(store.get("p")).isNull();
    assertThat(store.find("p")).isNull();
    assertThat(store.size()).isZero();
  }

  @Test
  void values_someObjects_areStubsThatHoldNoState() {
    store.put("shop/p", pod("shop", "p", "1", "n1"));
    store.put("shop/q", pod("shop", "q", "2", "n2"));

    assertThat(store.keySet()).containsExactlyInAnyOrder("shop/p", "shop/q");
    assertThat(store.values())
        .hasSize(2)
        .allSatisfy(stub -> assertThat(stub.getSpec().nodeName).isNull())
        .extracting(stub -> stub.getMetadata().getResourceVersion())
        .containsExactlyInAnyOrder("1", "2");
    assertThat(store.isFullState()).isFalse();
  }

  @Test
  void put_withoutResourceVersion_isKept() {
    store.put("p", pod(null, "p", null, "n1"));

    assertStub(store.get("p"), null, "p", null);
  }

  private static void assertStub(
      @Nullable PodView stub, @Nullable String namespace, String name, @Nullable String version) {
    var metadata = requireNonNull(stub).getMetadata();
    assertThat(metadata.getNamespace()).isEqualTo(namespace);
    assertThat(metadata.getName()).isEqualTo(name);
    assertThat(metadata.getResourceVersion()).isEqualTo(version);
  }

  private static PodView pod(
      @Nullable String namespace, String name, @Nullable String version, String node) {
    var pod = new PodView();
    pod.getMetadata().setNamespace(namespace);
    pod.getMetadata().setName(name);
    pod.getMetadata().setResourceVersion(version);
    pod.getSpec().nodeName = node;
    return pod;
  }
}
