// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.HostLabel;

/** Tells names of the zone {@code mesos} apart by their form. <b>Immutable.</b> */
final class MesosReverseNames implements ReverseNames {

  private static final int MASTER = 0;
  private static final int LEADER = 1;
  private static final int AGENTS = 2;
  private static final int TASK = 3;
  private static final int SCHEDULER = 4;

  private static final byte[] SLAVE = "slave".getBytes(US_ASCII);
  private static final byte[] MASTER_LABEL = "master".getBytes(US_ASCII);
  private static final byte[] LEADER_LABEL = "leader".getBytes(US_ASCII);

  private final int originLength;

  MesosReverseNames(DomainName origin) {
    originLength = origin.wireLength();
  }

  @Override
  public int rank(DomainName name) {
    int end = name.wireLength() - originLength;
    if (end <= 0 || name.octet(0) + 1 > end) {
      return NEVER;
    }
    return name.octet(0) + 1 == end ? rankOfFirstLabel(name) : rankOfTask(name, end);
  }

  private static int rankOfFirstLabel(DomainName name) {
    if (isLabel(name, 0, SLAVE)) {
      return AGENTS;
    }
    if (isLabel(name, 0, LEADER_LABEL)) {
      return LEADER;
    }
    if (isLabel(name, 0, MASTER_LABEL)) {
      return NEVER; // all of them together
    }
    return isNumberedMaster(name) ? MASTER : SCHEDULER;
  }

  private static boolean isNumberedMaster(DomainName name) {
    int length = name.octet(0);
    for (int i = 1; i <= length; i++) {
      byte octet = DomainName.lower(name.octet(i));
      boolean fits =
          i <= MASTER_LABEL.length ? octet == MASTER_LABEL[i - 1] : octet >= '0' && octet <= '9';
      if (!fits) {
        return false;
      }
    }
    return length > MASTER_LABEL.length;
  }

  /** Names of one task end in the hash of its id and the end of its agent's id. */
  private static int rankOfTask(DomainName name, int end) {
    int last = 0;
    while (last + name.octet(last) + 1 < end) {
      last += name.octet(last) + 1;
    }
    if (isLabel(name, last, SLAVE) || name.octet(1) == '_') {
      return NEVER;
    }
    int length = name.octet(0);
    int tail = length;
    while (tail > 0 && name.octet(tail) != '-') {
      tail--;
    }
    int hash = tail - HostLabel.HASH_LENGTH - 1; // the dash before it
    boolean formed = tail < length && hash > 1 && name.octet(hash) == '-';
    for (int i = hash + 1; formed && i < tail; i++) {
      formed = name.octet(i) != '-';
    }
    return formed ? TASK : NEVER;
  }

  private static boolean isLabel(DomainName name, int start, byte[] label) {
    if (name.octet(start) != label.length) {
      return false;
    }
    for (int i = 0; i < label.length; i++) {
      if (DomainName.lower(name.octet(start + 1 + i)) != label[i]) {
        return false;
      }
    }
    return true;
  }
}
