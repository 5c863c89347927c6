package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ballast.inflight.BadText;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProtoReaderTest {
  private static ProtoReader of(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new ProtoReader(bytes, 0, bytes.length);
  }

  // The examples of protobuf.dev, "Encoding".
  @Test
  void varint_documentedExample_isItsValue() {
    var reader = of("08 96 01");

    assertThat(reader.next()).isEqualTo(1);
    assertThat(reader.varint()).isEqualTo(150);
    assertThat(reader.next()).isZero();
    assertThat(reader.next()).isZero();
  }

  @Test
  void text_documentedExample_isItsValue() {
    var reader = of("12 07 74 65 73 74 69 6e 67");

    assertThat(reader.next()).isEqualTo(2);
    assertThat(reader.text()).isEqualTo("testing");
  }

  @Test
  void message_documentedExample_isItsFields() {
    var reader = of("1a 03 08 96 01");

    assertThat(reader.next()).isEqualTo(3);
    var inner = reader.message();
    assertThat(inner.next()).isEqualTo(1);
    assertThat(inner.varint()).isEqualTo(150);
    assertThat(inner.next()).isZero();
    assertThat(reader.next()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 300, 1L << 35, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void varint_anyValue_isReadAsWritten(long value) {
    var reader = ProtoJson.reader(new ProtoWriter().number(7, value));

    assertThat(reader.next()).isEqualTo(7);
    assertThat(reader.varint()).isEqualTo(value);
  }

  @Test
  void next_valuesNotAskedFor_arePassedOver() {
    // field 1: varint, 2: 64 bits, 3: bytes, 4: 32 bits, 5: text
    var reader = of("08 96 01  11 0000000000000000  1a 02 ffff  25 00000000  2a 01 78");

    for (int field = 1; field <= 4; field++) {
      assertThat(reader.next()).isEqualTo(field);
    }
    assertThat(reader.next()).isEqualTo(5);
    assertThat(reader.text()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "08 | ends within an integer",
        "08 80 | ends within an integer",
        "08 80 80 80 80 80 80 80 80 80 80 01 | more than 64 bits",
        "0a 05 61 | a length of 5 with 1 bytes left",
        "0a ff ff ff ff ff ff ff ff ff 01 | a length of -1",
        "09 00 | ends within a value",
        "0d 00 | ends within a value",
        "0b | wire type 3",
        "0f | wire type 7",
        "00 | no field has the tag 0",
      })
  void next_brokenMessage_isAnErrorThatSaysWhere(String hex, String what) {
    assertThatThrownBy(
            () -> {
              var reader = of(hex);
              reader.next();
              reader.next();
            })
        .isInstanceOf(ProtoReader.MalformedException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("at byte");
  }

  @Test
  void values_ofAnotherType_areAnError() {
    assertThatThrownBy(
            () -> {
              var reader = of("08 01");
              reader.next();
              reader.text();
            })
        .hasMessageContaining("wire type 0 in the place of a text");
    assertThatThrownBy(
            () -> {
              var reader = of("0a 00");
              reader.next();
              reader.varint();
            })
        .hasMessageContaining("wire type 2 in the place of an integer");
  }

  @Property(tries = 2000)
  void pod_anyByteOfItChanged_isReadOrIsMalformed(
      @ForAll @IntRange(max = 400) int at, @ForAll byte to, @ForAll @IntRange(max = 400) int cut) {
    byte[] pod = ProtoJson.pod(POD).toBytes();
    pod[at % pod.length] = to;
    int end = cut % 3 == 0 ? cut % (pod.length + 1) : pod.length;

    var failure =
        catchThrowable(
            () ->
                new PodReader()
                    .read(PodView.read(new ProtoReader(pod, 0, end)), null, BadText.IGNORED));

    assertThat(failure)
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isNull(),
            thrown -> assertThat(thrown).isInstanceOf(ProtoReader.MalformedException.class));
  }

  private static final String POD =
      """
      {'metadata': {'name': 'p', 'namespace': 'shop', 'uid': '7d1c', 'resourceVersion': '9',
        'creationTimestamp': '2026-11-22T12:00:00Z',
        'annotations': {'ballast.dev/estimated-cpu': '750m', 'ballast.dev/warm-up': '90s'}},
       'spec': {'nodeName': 'n', 'schedulerName': 's', 'containers': [
          {'name': 'a', 'resources': {'requests': {'cpu': '1', 'memory': '1Gi'}}}]},
       'status': {'phase': 'Running', 'startTime': '2026-11-22T12:00:01Z', 'conditions': [
          {'type': 'PodScheduled', 'status': 'True', 'lastTransitionTime': '2026-11-22T12:00:01Z'}],
        'containerStatuses': [{'restartCount': 3,
          'state': {'running': {'startedAt': '2026-11-22T12:00:02Z'}}}]}}
      """;
}
