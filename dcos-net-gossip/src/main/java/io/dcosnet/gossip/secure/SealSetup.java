// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the envelopes of one start of a node are made with. <b>Immutable.</b>
 *
 * @param keys null without encryption: all is plain then
 * @param plain what to do with traffic that is not sealed; of no matter without keys
 * @param shortId of this node
 * @param salt random, new at each start
 * @param epoch of this start, 48 bits
 * @param allowed networks that are heard; all when empty
 * @param maxDatagram octets of a received datagram at most
 * @param startNanos the moment of the start, on the clock that all later moments are told by
 */
public record SealSetup(
    @Nullable KeyRing keys,
    PlainPolicy plain,
    ClusterLabel label,
    long shortId,
    int salt,
    long epoch,
    List<Cidr> allowed,
    int maxDatagram,
    long startNanos,
    MetricsSink metrics) {

  /** Octets of a received datagram at most, unless said otherwise. */
  public static final int MAX_DATAGRAM = 9000;

  /** Greatest epoch and greatest counter. */
  static final long MAX_48 = (1L << 48) - 1;

  public SealSetup {
    requireNonNull(plain, "plain");
    requireNonNull(label, "label");
    requireNonNull(metrics, "metrics");
    allowed = List.copyOf(allowed);
    if (epoch < 0 || epoch > MAX_48) {
      throw new IllegalArgumentException("epoch: " + epoch + " (expected: 0 to 2^48-1)");
    }
    if (maxDatagram < 576 || maxDatagram > 65_507) {
      throw new IllegalArgumentException(
          "maxDatagram: " + maxDatagram + " (expected: 576 to 65507)");
    }
  }

  /**
   * Whether all that is taken proves that its sender has a key of the cluster. Only then may keys
   * be sent or taken.
   */
  public boolean authenticated() {
    return !takesPlain();
  }

  /** Whether what we send is sealed. */
  boolean sealing() {
    return keys != null && plain != PlainPolicy.SENT;
  }

  /** Whether what is not sealed is taken. */
  boolean takesPlain() {
    return keys == null || plain != PlainPolicy.REFUSED;
  }
}
