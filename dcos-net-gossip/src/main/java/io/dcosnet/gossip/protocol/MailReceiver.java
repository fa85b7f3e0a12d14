// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import java.util.function.Consumer;

/** Gets the mail for this node. */
@FunctionalInterface
public interface MailReceiver {

  /**
   * Mail has come.
   *
   * @param answer to be called once on the core's thread, with what went wrong, or empty
   */
  void received(NodeId from, String topic, Bytes payload, Consumer<String> answer);
}
