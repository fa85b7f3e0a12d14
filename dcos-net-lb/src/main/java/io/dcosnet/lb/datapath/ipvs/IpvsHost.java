// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.ipvs.IpvsTraffic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the path needs of its kernel, so that tests can put a model of it in its place. Refusals of
 * single things are returned, all else is thrown as a {@link io.dcosnet.linux.KernelException}.
 *
 * <p>{@link #destinations} and {@link #traffic} may be called on any thread, all else on one.
 */
interface IpvsHost extends AutoCloseable {

  /**
   * A step that was refused.
   *
   * @param index of the step
   * @param surprise true when the kernel does not hold what we thought it does
   * @param reason its words
   */
  record Refused(int index, boolean surprise, String reason) {}

  /** The schedulers that it has. */
  Schedulers schedulers();

  /** All services, ours and others. */
  List<IpvsService> services();

  /** What a service consists of. */
  Wanted whole(IpvsService service);

  /** Does the steps in order; what is refused stops no other. */
  List<Refused> change(List<Step> steps);

  /** Forgets the tracked flows that went by what these steps removed, so that they begin anew. */
  void forget(List<Step> removed);

  /**
   * Makes these virtual addresses ones of this machine, and no others.
   *
   * @return those that could not be, and why
   */
  Map<IpAddress, String> route(Collection<IpAddress> addresses, boolean readBack);

  /**
   * Sets switches and rules that the path needs.
   *
   * @param ipv6 whether there are VIPs of IPv6
   * @return what was not as it should be, as one would tell a shell; empty when all was
   */
  List<String> prepare(boolean ipv6);

  /** Takes back what {@link #prepare} and {@link #route} did. */
  List<String> restore();

  /** The destinations of a service as they are. */
  List<IpvsSocket.Destination> destinations(IpvsService.Key key);

  /** What a service has carried. */
  Optional<IpvsTraffic> traffic(IpvsService.Key key);

  @Override
  void close();
}
