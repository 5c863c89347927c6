package dev.ballast.topology;

import static dev.ballast.topology.Zoned.cpus;
import static dev.ballast.topology.Zoned.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ZoneFitTest {
  @Test
  void equals_placedWithTheSame_isTrue() {
    var placed = new ZoneFit.Placed(List.of(share(0, cpus(2))), 90, true);

    assertThat(placed)
        .isEqualTo(new ZoneFit.Placed(() -> List.of(share(0, cpus(2))), 90, true))
        .hasSameHashCodeAs(new ZoneFit.Placed(() -> List.of(share(0, cpus(2))), 90, true))
        .isNotEqualTo(new ZoneFit.Placed(List.of(share(1, cpus(2))), 90, true))
        .isNotEqualTo(new ZoneFit.Placed(List.of(share(0, cpus(2))), 91, true))
        .isNotEqualTo(new ZoneFit.Placed(List.of(share(0, cpus(2))), 90, false))
        .isNotEqualTo(ZoneFit.UNBOUND)
        .hasToString(
            "Placed[shares=[ZoneShare[zone=node0, amounts={cpu=2000}]], score=90,"
                + " needsResult=true]");
  }

  @Test
  void shares_listThatIsChangedLater_areAsBefore() {
    var shares = new ArrayList<>(List.of(share(0, cpus(2))));
    var placed = new ZoneFit.Placed(shares, 90, true);

    shares.clear();

    assertThat(placed.shares()).hasSize(1);
  }

  @Test
  void amount_ofAShare_isNoneWhereItIsNotNamed() {
    var amounts = new TreeMap<>(cpus(2));
    var share = new ZoneShare("node0", amounts);
    amounts.put("cpu", 1L);

    assertThat(share.amount("cpu")).isEqualTo(2_000);
    assertThat(share.amount("memory")).isZero();
    assertThatThrownBy(() -> share.amounts().put("cpu", 0L))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
