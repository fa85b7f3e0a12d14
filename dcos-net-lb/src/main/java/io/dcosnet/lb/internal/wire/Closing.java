// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes descriptors; what the kernel complains of then changes nothing. */
final class Closing {

  private static final Logger LOGGER = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  static void quietly(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException e) {
      LOGGER.debug("closing descriptor {} failed", descriptor.intValue(), e);
    }
  }
}
