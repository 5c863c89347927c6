package dev.ballast.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of request bodies over a server's limit. Safe for use by many threads. */
final class TooLargeLog {
  private static final Logger LOG = LoggerFactory.getLogger(TooLargeLog.class);

  private final ServerSettings settings;
  private final OnceAMinute logging = new OnceAMinute();

  TooLargeLog(ServerSettings settings) {
    this.settings = settings;
  }

  /**
   * Tells of one.
   *
   * @param announcedBytes the length that it was to have; negative when it said none
   */
  void refused(String path, long announcedBytes) {
    settings.tooLarge().refused(path);
    if (logging.isDue(settings.nanoClock().getAsLong())) {
      LOG.warn(
          "{}: refused a request to {} of {} bytes, the limit is {}. {}",
          settings.name(),
          path,
          announcedBytes < 0 ? "unknown" : announcedBytes,
          settings.maxRequestBytes(),
          settings.tooLargeAdvice());
    }
  }
}
