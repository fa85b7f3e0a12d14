// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Master;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A node that a master holds in ZooKeeper as long as it lives. The one with the lowest sequence
 * leads. <b>Immutable.</b>
 *
 * @param name last part of its path, such as {@code json.info_0000000012}
 * @param sequence the number that ZooKeeper gave it
 */
record MasterNode(String name, long sequence) implements Comparable<MasterNode> {

  private static final String JSON = "json.info_";
  private static final String PROTOBUF = "info_";

  /** The node of that name; null for what belongs to something else, such as the log's replicas. */
  static @Nullable MasterNode parse(String name) {
    String digits =
        name.startsWith(JSON)
            ? name.substring(JSON.length())
            : name.startsWith(PROTOBUF) ? name.substring(PROTOBUF.length()) : name;
    return digits.matches("[0-9]{1,18}") ? new MasterNode(name, Long.parseLong(digits)) : null;
  }

  /**
   * The master that the node's data tells of, in the form that goes with its name.
   *
   * @throws DecodeException when the data is of another form or lacks the address
   */
  Master master(byte[] data) {
    if (name.startsWith(JSON)) {
      return MasterInfoJson.read(data);
    }
    if (name.startsWith(PROTOBUF)) {
      return MasterInfoProtobuf.read(data);
    }
    return MasterInfoFields.ofPid(new String(data, StandardCharsets.UTF_8)).master();
  }

  @Override
  public int compareTo(MasterNode other) {
    int bySequence = Long.compare(sequence, other.sequence);
    return bySequence != 0 ? bySequence : name.compareTo(other.name);
  }
}
