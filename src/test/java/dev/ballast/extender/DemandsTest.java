package dev.ballast.extender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;
import dev.ballast.load.NodeNames;
import dev.ballast.policy.InFlightPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class DemandsTest {
  private static final Demands DEMANDS = new Demands(InFlightPolicy.DEFAULT);

  private static ExtenderPod pod(String pod) throws Exception {
    byte[] bytes = ("{'Pod':" + pod + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ExtenderRequest.decode(bytes, bytes.length, NodeNames.EMPTY).pod();
  }

  @Test
  void of_podWithRequests_isItsEstimate() throws Exception {
    var pod =
        pod("{'spec':{'containers':[{'resources':{'requests':{'cpu':'2','memory':'1000'}}}]}}");

    assertThat(DEMANDS.of(pod)).isEqualTo(new Demand(1.7, 700, 1.7, 700));
  }

  @Test
  void of_countingOff_isNone() throws Exception {
    var pod = pod("{'spec':{'containers':[{'resources':{'requests':{'cpu':'2'}}}]}}");

    assertThat(new Demands(InFlightPolicy.OFF).of(pod)).isEqualTo(Demand.NONE);
  }

  @Test
  void resources_allKinds_areCountedAsKubernetesDoes() throws Exception {
    var pod =
        pod(
            """
            {'metadata':{'annotations':{'ballast.dev/estimated-memory':'5'}},
             'spec':{'overhead':{'memory':'7'},'resources':{'limits':{'memory':'100'}},
              'initContainers':[{'restartPolicy':'Always','resources':{'requests':{'cpu':'1'}}},
                {'resources':{'requests':{'cpu':'8','memory':'2'}}}],
              'containers':[{'resources':{'requests':{'cpu':'500m'},'limits':{'cpu':'1'}}}]}}
            """);

    var resources = Demands.resources(pod);

    assertThat(resources)
        .isEqualTo(
            new PodResources(
                9,
                9,
                0,
                107,
                new PodOverrides(OptionalDouble.empty(), OptionalDouble.of(5), Optional.empty())));
    assertThat(DEMANDS.of(pod).memory()).isEqualTo(5);
  }

  @Test
  void of_textsThatAreNoQuantities_countsAsWithout() throws Exception {
    var pod =
        pod(
            """
            {'metadata':{'annotations':{'ballast.dev/estimated-cpu':'lots'}},
             'spec':{'containers':[{'resources':{'requests':{'cpu':'many'}}}]}}
            """);

    assertThat(DEMANDS.of(pod)).isEqualTo(DEMANDS.of(pod("{}")));
  }
}
