// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of a predecessor's configuration file that have no effect here: whoever sets one is told in
 * the log.
 *
 * <p><b>Immutable</b> once all keys are named.
 *
 * @param <C> what was read of the file
 */
final class NotTaken<C> {

  private static final Logger LOGGER = LoggerFactory.getLogger(NotTaken.class);

  private final C defaults;
  private final Map<String, Function<C, Object>> keys = new LinkedHashMap<>();

  /**
   * @param defaults what a file gives that sets nothing
   */
  NotTaken(C defaults) {
    this.defaults = defaults;
  }

  NotTaken<C> key(String name, Function<C, Object> value) {
    keys.put(name, value);
    return this;
  }

  /** Tells of keys that are not at their default. */
  void warn(Path file, C read) {
    keys.forEach(
        (key, value) -> {
          if (!value.apply(read).equals(value.apply(defaults))) {
            LOGGER.warn("{}: {}: has no effect here", file, key);
          }
        });
  }
}
