package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NodeOrderTest {
  private final NodeOrder order = new NodeOrder();

  @Test
  void numbers_listsOverlap_areInOrderOfTheirFirstAppearance() {
    note(4, 2, NodeNames.NONE, 0);
    note(2, 1, 7);

    assertThat(order.isEmpty()).isFalse();
    assertThat(order.numbers(6)).containsExactly(4, 2, 0, 1, 3, 5);
  }

  @Test
  void note_listThatFollowsTheNumbers_isNotKept() {
    int[] list = IntStream.range(0, 500).toArray();
    order.note(list(500, list), 58);
    assertThat(order.isEmpty()).isTrue();

    order.note(list(500, list), 59);
    assertThat(order.isEmpty()).isFalse();
  }

  @Test
  void note_moreListsThanAreKept_forgetsTheOldest() {
    for (int i = 99; i >= 0; i--) {
      note(i);
    }

    assertThat(order.numbers(100)).startsWith(63, 62, 61).endsWith(97, 98, 99).hasSize(100);
  }

  @Test
  void note_bufferIsUsedAgain_keepsWhatItWas() {
    int[] buffer = {3, 1, 0};
    order.note(list(2, buffer), 99);
    buffer[0] = 2;

    assertThat(order.numbers(4)).containsExactly(3, 1, 0, 2);
  }

  private void note(int... list) {
    order.note(list(list.length, list), 99);
  }

  private static NodeList list(int size, int... numbers) {
    return new NodeList(NodeNames.EMPTY, numbers, size, new String[0]);
  }
}
