package dev.ballast.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class NodeNamesTest {
  @Property(tries = 200)
  void find_anyName_isItsNumberOrNone(@ForAll @Size(max = 200) Set<String> names) {
    String[] known = names.toArray(String[]::new);
    var index = new NodeNames(known);

    for (int i = 0; i < known.length; i++) {
      byte[] padded = ("x" + known[i] + "yz").getBytes(UTF_8);
      assertThat(index.find(known[i])).isEqualTo(i);
      assertThat(index.find(padded, 1, padded.length - 2)).isEqualTo(i);
      assertThat(index.name(i)).isEqualTo(known[i]);
      String other = known[i] + "!";
      assertThat(index.find(other))
          .isEqualTo(names.contains(other) ? List.of(known).indexOf(other) : -1);
    }
  }

  @Test
  void find_namesThatDifferInTheirLastDigits_areFound() {
    String[] names =
        IntStream.range(0, 15_000)
            .mapToObj(i -> "ip-10-0-" + i / 250 + "-" + i % 250 + ".region-1.compute.internal")
            .toArray(String[]::new);
    var index = new NodeNames(names);

    assertThat(IntStream.range(0, names.length)).allMatch(i -> index.find(names[i]) == i);
  }

  @Test
  void name_freeNumber_isRefused() {
    var index = new NodeNames(new String[] {"a", null, "c"});

    assertThat(index.size()).isEqualTo(3);
    assertThat(index.find("c")).isEqualTo(2);
    assertThat(index.find("")).isEqualTo(NodeNames.NONE);
    assertThatThrownBy(() -> index.name(1)).hasMessage("no node has number 1");
  }

  @Test
  void asListed_partOfAList_tellsHowFarItIsTheSame() {
    var index = new NodeNames(new String[] {"a", null, "bc", "d"});
    byte[] text = "[\"a\",\"bc\",\"e\"]".getBytes(UTF_8);

    assertThat(index.listedAt(2)).isEqualTo(4);
    assertThat(index.listedAt(1)).as("a free number").isEqualTo(4);
    assertThat(index.listedAt(index.size())).isEqualTo(13);
    assertThat(index.asListed(2, text, 4, text.length)).isEqualTo(",\"bc\",\"".length());
    assertThat(index.asListed(1, text, 4, 8)).as("no further than asked").isEqualTo(4);
    assertThat(index.asListed(3, text, 4, text.length)).isEqualTo(2);
    assertThat(index.asListed(0, text, 0, text.length)).isZero();
  }
}
