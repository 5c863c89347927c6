package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;

final class SlidingWindowTest {
  @Property
  void value_anySamples_isThatOfTheNewest(
      @ForAll @NotEmpty List<@DoubleRange(min = 0, max = 1) Double> samples,
      @ForAll @IntRange(min = 1, max = 20) int window) {
    var mean = new SlidingMean(window);
    var max = new SlidingMax(window);
    for (double sample : samples) {
      mean.add(sample);
      max.add(sample);
    }
    var newest =
        samples.subList(Math.max(0, samples.size() - window), samples.size()).stream()
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    assertThat(mean.value()).isCloseTo(newest.getAverage(), within(1e-9));
    assertThat(max.value()).isEqualTo(newest.getMax());
  }
}
