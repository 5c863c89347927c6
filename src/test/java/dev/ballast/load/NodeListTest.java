package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class NodeListTest {
  private static final NodeNames KNOWN = new NodeNames(new String[] {"a", null, "c", "d"});
  private static final int[] NUMBERS = {3, NodeNames.NONE, 0, 2, 9};

  private final NodeList list = new NodeList(KNOWN, NUMBERS, 4, new String[] {null, "x"});

  @Example
  void name_knownOrNot_isTold() {
    assertThat(Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::name))
        .containsExactly("d", "x", "a", "c");
    assertThat(list.hashes())
        .containsExactly("d".hashCode(), "x".hashCode(), "a".hashCode(), "c".hashCode())
        .containsExactly(IntStream.range(0, 4).map(list::hash).toArray());
    assertThat(new NodeList(KNOWN, new int[] {2, 0}, 2, new String[0]).hashes())
        .containsExactly("c".hashCode(), "a".hashCode());
  }

  @Example
  void indexOf_knownStrangerOrOther_isItsPlace() {
    assertThat(Stream.of("d", "x", "a", "c", "b", "").map(list::indexOf))
        .containsExactly(0, 1, 2, 3, -1, -1);
  }

  @Example
  void part_somePlaces_areThoseNodes() {
    var part = list.part(new int[] {1, 3});

    assertThat(part.size()).isEqualTo(2);
    assertThat(part.name(0)).isEqualTo("x");
    assertThat(part.name(1)).isEqualTo("c");
    assertThat(part.number(1)).isEqualTo(2);
  }

  /** As one by one, which is slower. */
  @Property
  void gather_anyNumbers_putsEachInItsPlace(
      @ForAll @Size(max = 40) List<@IntRange(min = -1, max = 9) Integer> list) {
    int[] numbers = list.stream().mapToInt(Integer::intValue).toArray();
    String[] known = IntStream.range(0, 10).mapToObj(i -> "of " + i).toArray(String[]::new);
    String[] places = new String[numbers.length];
    Arrays.fill(places, "nobody");
    new NodeList(NodeNames.EMPTY, numbers, numbers.length, new String[0]).gather(known, places);

    assertThat(places)
        .containsExactly(
            IntStream.of(numbers)
                .mapToObj(number -> number < 0 ? "nobody" : known[number])
                .toArray(String[]::new));
  }
}
