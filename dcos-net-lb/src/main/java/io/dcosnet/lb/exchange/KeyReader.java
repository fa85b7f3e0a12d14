// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.lb.internal.LbMetrics;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads keys of the store as others wrote them: what cannot be read is counted and hides nothing.
 *
 * <p><b>Thread-safe.</b>
 */
final class KeyReader<K> {

  private static final Logger LOGGER = LoggerFactory.getLogger(KeyReader.class);

  private final Function<String, K> parser;
  private final LbMetrics metrics;

  /**
   * @param parser throws {@link DecodeException} for what is no such key
   */
  KeyReader(Function<String, K> parser, LbMetrics metrics) {
    this.parser = parser;
    this.metrics = metrics;
  }

  /** The key, or null when it is none. */
  @Nullable K read(String text) {
    try {
      return parser.apply(text);
    } catch (DecodeException e) {
      skip(text, e);
      return null;
    }
  }

  /** Counts an entry that cannot be read. */
  void skip(String key, DecodeException why) {
    metrics.exchangeUnreadable.increment();
    LOGGER.debug("skipping entry {}: {}", key, why.getMessage());
  }
}
