package dev.ballast.kube;

import dev.ballast.annotator.Leadership;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by a Lease of coordination.k8s.io. The client must be one of its own with a short
 * request timeout and no retries: with the default ones an attempt outlives the lease. As two
 * leaders for some seconds cannot be excluded all the same, {@link #leads} also demands a renewal
 * of our own that is younger than the renew deadline. Safe for use by many threads; {@link #close}
 * gives the lease back.
 */
public final class LeaderLease implements Leadership, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
  private static final long NEVER = Long.MIN_VALUE;

  /**
   * What a lease needs to know.
   *
   * @param namespace where the Lease is
   * @param name its name
   * @param identity unique in the cluster: two processes with one identity both lead
   * @param leaseDuration how long others wait for a silent leader
   * @param renewDeadline how long a leader keeps trying to renew
   * @param retryPeriod time between tries
   */
  public record Settings(
      String namespace,
      String name,
      String identity,
      Duration leaseDuration,
      Duration renewDeadline,
      Duration retryPeriod) {}

  private final KubernetesClient client;
  private final Settings settings;
  private final LongSupplier clockMillis;
  private final Thread thread;
  private volatile boolean holding;
  private volatile long lastRenewalMillis = NEVER;
  private volatile boolean closed;
  private volatile @Nullable CompletableFuture<?> running;

  public LeaderLease(KubeConnection connection, Settings settings, LongSupplier clockMillis) {
    this.client = connection.client();
    this.settings = settings;
    this.clockMillis = clockMillis;
    this.thread = new Thread(this::run, "leader-lease");
    thread.setDaemon(true);
  }

  /** Starts to stand for election; returns at once. */
  public void start() {
    thread.start();
  }

  @Override
  public boolean leads(long nowMillis) {
    long renewed = lastRenewalMillis;
    return holding && renewed != NEVER && nowMillis - renewed < settings.renewDeadline().toMillis();
  }

  @Override
  public void close() {
    closed = true;
    var election = running;
    if (election != null) {
      election.cancel(true);
    }
    thread.interrupt();
    try {
      thread.join(3_000); // the release is one call
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An elector that has lost is done, so each round has a new one. */
  private void run() {
    while (!closed) {
      try {
        var election = elector().start();
        running = election;
        if (closed) {
          election.cancel(true);
        }
        election.get();
      } catch (CancellationException e) {
        return; // closed
      } catch (InterruptedException e) {
        awaitRelease();
        return;
      } catch (ExecutionException | RuntimeException e) {
        LOG.warn("Leader election of {} failed, trying again", describe(), e);
      }
      holding = false;
      if (!closed && !pause()) {
        return;
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(settings.retryPeriod().toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void awaitRelease() {
    var election = running;
    if (election != null) {
      election.cancel(true);
      try {
        election.get(2, TimeUnit.SECONDS);
      } catch (InterruptedException
          | ExecutionException
          | TimeoutException
          | CancellationException e) {
        LOG.debug("Release of {} not awaited", describe(), e);
      }
    }
  }

  private io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector elector() {
    var config =
        new LeaderElectionConfigBuilder()
            .withName(settings.name())
            .withLock(
                new RecordingLock(
                    new LeaseLock(settings.namespace(), settings.name(), settings.identity())))
            .withLeaseDuration(settings.leaseDuration())
            .withRenewDeadline(settings.renewDeadline())
            .withRetryPeriod(settings.retryPeriod())
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(new LeaderCallbacks(this::gained, this::lost, leader -> {}))
            .build();
    return client.leaderElector().withConfig(config).build();
  }

  private void gained() {
    holding = true;
    LOG.info("Leading: {} as {}", describe(), settings.identity());
  }

  private void lost() {
    holding = false;
    LOG.info("No longer leading: {}", describe());
  }

  private String describe() {
    return "lease " + settings.namespace() + "/" + settings.name();
  }

  /** Notes when this process last wrote the lease, and tells once when that begins to fail. */
  private final class RecordingLock implements Lock {
    private final Lock lock;
    private boolean failing; // confined to the elector, which makes one call at a time

    RecordingLock(Lock lock) {
      this.lock = lock;
    }

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      return told(() -> lock.get(client));
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord leaderElectionRecord) {
      write(leaderElectionRecord, () -> lock.create(client, leaderElectionRecord));
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord leaderElectionRecord) {
      write(leaderElectionRecord, () -> lock.update(client, leaderElectionRecord));
    }

    @Override
    public String identity() {
      return lock.identity();
    }

    @Override
    public String describe() {
      return lock.describe();
    }

    private void write(LeaderElectionRecord record, Runnable call) {
      long before = clockMillis.getAsLong(); // before the call: never later than what others see
      if (!settings.identity().equals(record.getHolderIdentity())) {
        holding = false; // a release: no write of ours may follow it
      }
      told(
          () -> {
            call.run();
            return record;
          });
      lastRenewalMillis = before;
    }

    private <T> T told(Supplier<T> call) {
      try {
        T answer = call.get();
        failing = false;
        return answer;
      } catch (KubernetesClientException e) {
        boolean lostARace = e.getCode() == HttpURLConnection.HTTP_CONFLICT;
        if (!failing && !lostARace && !closed) {
          failing = true;
          LOG.warn(
              "{} cannot be read or renewed, trying again: {}. Check that the API server answers and"
                  + " that this account may get, create, update and patch the lease.",
              LeaderLease.this.describe(),
              e.getMessage());
        }
        throw e;
      }
    }
  }
}
