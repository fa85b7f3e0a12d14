// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code MasterInfo} of Mesos says of an address, in its new and in its old place, while it
 * is read. <b>Confined to</b> one thread.
 */
final class MasterInfoFields {

  // Since Mesos 0.24
  @Nullable String addressIp;
  long addressPort = -1;
  String addressHostname = "";

  // Before
  long ip = -1;
  long port = Master.DEFAULT_PORT;
  String hostname = "";

  /** Reads {@code master@192.0.2.1:5050}, the oldest form of all. */
  static MasterInfoFields ofPid(String pid) {
    int at = pid.indexOf('@');
    if (at < 0) {
      throw new DecodeException("master: no pid (expected: master@address:port)", 0);
    }
    HostPort endpoint = HostPort.parse(pid.substring(at + 1).strip());
    MasterInfoFields fields = new MasterInfoFields();
    fields.addressIp = endpoint.address().toString();
    fields.addressPort = endpoint.port();
    return fields;
  }

  Master master() {
    String name = addressHostname.isEmpty() ? hostname : addressHostname;
    long realPort = addressPort < 0 ? port : addressPort;
    if (realPort < 1 || realPort > 65535) {
      throw new DecodeException("master: port " + realPort + " (expected: 1-65535)", 0);
    }
    return new Master(new HostPort(address(), (int) realPort), name);
  }

  private IpAddress address() {
    if (addressIp != null) {
      return IpAddress.parse(addressIp).unmapped();
    }
    if (ip < 0 || ip > 0xffff_ffffL) {
      throw new DecodeException("master: no address (expected: address.ip or ip)", 0);
    }
    return IpAddress.ofIpv4(Integer.reverseBytes((int) ip)); // written on little-endian machines
  }
}
