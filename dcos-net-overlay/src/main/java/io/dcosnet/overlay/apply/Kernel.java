// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import java.util.List;
import java.util.Optional;

/**
 * All that is read of the kernel, and done to it. Methods block until the kernel has answered, and
 * throw {@link io.dcosnet.linux.KernelException} when it cannot be asked. <b>Not thread-safe.</b>
 */
interface Kernel extends AutoCloseable {

  List<Link> links();

  List<Address> addresses();

  List<Route> routes(AddressFamily family, int table);

  List<Rule> rules(AddressFamily family);

  List<Neighbour> neighbours(AddressFamily family);

  List<ForwardingEntry> forwarding(int link);

  /** Throws with EOPNOTSUPP where the kernel has none. */
  List<NextHop> nextHops();

  /** Changes many things, each by itself, in order; returns those that were refused. */
  List<Refusal> changeAll(List<Request> requests);

  /**
   * A setting of the network namespace.
   *
   * @param name as {@code net/ipv4/ip_forward}
   * @return empty when the kernel does not have it
   */
  Optional<String> setting(String name);

  /** Changes a setting; throws when that is not allowed. */
  void set(String name, String value);

  Filters filters();

  @Override
  void close();
}
