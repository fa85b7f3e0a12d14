// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.input;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a server that listens is reached. */
public final class OwnAddresses {

  private OwnAddresses() {}

  /** The addresses listened to; a wildcard stands for those of this machine. */
  public static List<IpAddress> of(List<HostPort> listen) {
    return listen.stream()
        .map(HostPort::address)
        .flatMap(address -> address.isUnspecified() ? ofMachine().stream() : Stream.of(address))
        .distinct()
        .toList();
  }

  /**
   * All addresses of an interface, or of all interfaces where no name is given.
   *
   * @return empty when the machine has no such interface
   */
  public static Optional<List<IpAddress>> ofInterface(Optional<String> name) {
    try {
      List<IpAddress> addresses =
          NetworkInterface.networkInterfaces()
              .filter(found -> name.isEmpty() || found.getName().equals(name.get()))
              .flatMap(NetworkInterface::inetAddresses)
              .map(IpAddress::of)
              .sorted()
              .toList();
      boolean absent = name.isPresent() && NetworkInterface.getByName(name.get()) == null;
      return absent ? Optional.empty() : Optional.of(addresses);
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  /** All addresses of this machine but loopback ones, as Mesos-DNS lists them. */
  public static List<IpAddress> ofMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress())
          .map(IpAddress::of)
          .sorted()
          .toList();
    } catch (SocketException e) {
      return List.of(); // a machine without any network has no such address
    }
  }
}
