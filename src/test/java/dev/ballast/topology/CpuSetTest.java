package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CpuSetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "0-3,8|0-3,8",
        "8,0-3|0-3,8",
        "0,1|0-1",
        "0,1,2-4,4,3|0-4",
        "63,64,127-129|63-64,127-129",
        "65535|65535",
        "0-65535|0-65535",
        "7-7|7",
        "00012|12",
        "''|''",
      })
  void parse_list_isPrintedInOrderAndShort(String text, String printed) {
    assertThat(CpuSet.parse(text)).hasToString(printed).isEqualTo(CpuSet.parse(printed));
  }

  @Test
  void parse_fileOfTheKernel_leavesTheLineEndOut() {
    assertThat(CpuSet.parse("0-3,8\n")).isEqualTo(CpuSet.of(0, 1, 2, 3, 8));
    assertThat(CpuSet.parse("\n")).isEqualTo(CpuSet.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0-",
        "-3",
        "0--3",
        "1,,2",
        ",",
        "0, 8",
        "0-3-5",
        "0x3",
        "65536",
        "0-65536",
        "99999999999999999999",
        "1.5",
        "+1",
        "0-31:1/2",
        "\u0663"
      })
  void parse_noList_isRefusedWithThePartAndWhatToWrite(String text) {
    assertThatThrownBy(() -> CpuSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no CPU and no range: write ids from 0 to 65535 as in 0-3,8");
  }

  @Test
  void parse_rangeThatGoesDown_isRefusedWithTheOtherOne() {
    assertThatThrownBy(() -> CpuSet.parse("0,8-3"))
        .hasMessage("the range \"8-3\" goes down: write 3-8");
  }

  @Test
  void parse_longNonsense_isShownShortened() {
    assertThatThrownBy(() -> CpuSet.parse("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void of_idOutOfRange_isRefused(int id) {
    assertThatThrownBy(() -> CpuSet.of(0, id))
        .hasMessage("cpu is " + id + ", not from 0 to 65535: give the number of a CPU");
  }

  @Test
  void operations_ofTwoSets_areThoseOfSets() {
    CpuSet a = CpuSet.parse("0-3,200");
    CpuSet b = CpuSet.parse("2-5");

    assertThat(a.union(b)).hasToString("0-5,200").isEqualTo(b.union(a));
    assertThat(a.intersect(b)).hasToString("2-3").isEqualTo(b.intersect(a));
    assertThat(a.minus(b)).hasToString("0-1,200");
    assertThat(b.minus(a)).hasToString("4-5");
    assertThat(a.minus(a)).isEqualTo(CpuSet.EMPTY).hasToString("");
    assertThat(a.size()).isEqualTo(5);
    assertThat(a.intersects(b)).isTrue();
    assertThat(a.intersects(CpuSet.of(4))).isFalse();
    assertThat(a.containsAll(CpuSet.of(0, 200))).isTrue();
    assertThat(a.containsAll(b)).isFalse();
    assertThat(a.stream()).containsExactly(0, 1, 2, 3, 200);
  }

  @Test
  void contains_idThatNoCpuCanHave_isFalse() {
    assertThat(CpuSet.of(0).contains(-1)).isFalse();
    assertThat(CpuSet.of(0).contains(64)).isFalse();
    assertThat(CpuSet.of(0).contains(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void equals_sameCpusMadeInAnotherWay_isTrue() {
    CpuSet made = CpuSet.parse("0,500").minus(CpuSet.of(500));

    assertThat(made).isEqualTo(CpuSet.of(0)).hasSameHashCodeAs(CpuSet.of(0));
    assertThat(made).isNotEqualTo(CpuSet.of(1)).isNotEqualTo("0");
  }
}
