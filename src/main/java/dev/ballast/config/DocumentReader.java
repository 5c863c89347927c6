package dev.ballast.config;

import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.List;
import java.util.Optional;

/** Reads a file of any kind that Ballast knows; its {@code kind} decides. */
public final class DocumentReader {
  private DocumentReader() {}

  /**
   * A file's content.
   *
   * @param kind the kind, when it is one that Ballast knows
   * @param policy present for a policy without errors
   * @param configuration present for a configuration without errors
   */
  public record Document(
      Optional<String> kind,
      Optional<DynamicSchedulerPolicy> policy,
      Optional<BallastConfiguration> configuration,
      List<Problem> problems) {
    public Document {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads a file.
   *
   * @param catalogue the metrics that a policy is compared with; when absent, it is not
   */
  public static Document read(YamlSource source, Optional<MetricCatalogue> catalogue) {
    Problems problems = new Problems(source.name());
    Optional<YamlMap> root = YamlReader.read(source, problems);
    Optional<String> kind =
        root.flatMap(
            r -> DocumentHead.kind(r, List.of(PolicyReader.KIND, ConfigurationReader.KIND)));
    boolean isPolicy = kind.filter(PolicyReader.KIND::equals).isPresent();
    boolean isConfiguration = kind.filter(ConfigurationReader.KIND::equals).isPresent();
    Optional<DynamicSchedulerPolicy> policy =
        root.filter(r -> isPolicy).map(r -> PolicyReader.read(r, catalogue));
    Optional<BallastConfiguration> configuration =
        root.filter(r -> isConfiguration).map(ConfigurationReader::read);
    return new Document(
        kind,
        Checked.of(policy, problems).value(),
        Checked.of(configuration, problems).value(),
        problems.sorted());
  }
}
