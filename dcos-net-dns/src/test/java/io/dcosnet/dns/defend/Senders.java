// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.wire.Sender;

/** Clients for tests. */
final class Senders {

  private Senders() {}

  static Sender sender(String address) {
    return sender(IpAddress.parse(address));
  }

  static Sender sender(IpAddress address) {
    Sender sender = new Sender();
    sender.set(address.toInetAddress(), 5353);
    return sender;
  }
}
