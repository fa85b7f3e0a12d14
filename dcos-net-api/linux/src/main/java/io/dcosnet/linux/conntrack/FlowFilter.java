// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.util.Optional;

/**
 * Which flows are meant: those to a service, those that a back end serves, or those of both.
 * <b>Immutable.</b>
 *
 * @param protocol number of the IP protocol, 6 for TCP and 17 for UDP
 * @param service where clients sent them; empty for anywhere
 * @param backend where they went; empty for anywhere
 */
public record FlowFilter(int protocol, Optional<HostPort> service, Optional<HostPort> backend) {

  public FlowFilter {
    requireNonNull(service, "service");
    requireNonNull(backend, "backend");
    if (service.isEmpty() && backend.isEmpty()) {
      // Nobody shall delete all flows of a host by leaving something out.
      throw new IllegalArgumentException("filter of flows: nothing (expected: service or backend)");
    }
    if (service.isPresent()
        && backend.isPresent()
        && service.get().address().isIpv4() != backend.get().address().isIpv4()) {
      throw new IllegalArgumentException(
          service.get() + " and " + backend.get() + " are of different families");
    }
  }

  /** Those to a service, whoever served them. */
  public static FlowFilter to(int protocol, HostPort service) {
    return new FlowFilter(protocol, Optional.of(service), Optional.empty());
  }

  /** Those to a service that a back end served. */
  public static FlowFilter to(int protocol, HostPort service, HostPort backend) {
    return new FlowFilter(protocol, Optional.of(service), Optional.of(backend));
  }

  /** Those that a back end served, to whatever service. */
  public static FlowFilter servedBy(int protocol, HostPort backend) {
    return new FlowFilter(protocol, Optional.empty(), Optional.of(backend));
  }

  /** Whether a flow is meant. */
  public boolean matches(Flow flow) {
    FlowDirection original = flow.original();
    FlowDirection reply = flow.reply();
    return original.protocol() == protocol
        && service.stream()
            .allMatch(
                to ->
                    to.address().equals(original.destination())
                        && to.port() == original.destinationPort())
        && backend.stream()
            .allMatch(
                from -> from.address().equals(reply.source()) && from.port() == reply.sourcePort());
  }

  boolean isIpv4() {
    return service.or(() -> backend).orElseThrow().address().isIpv4();
  }

  /** Such as {@code flows of protocol 17 to 198.51.100.1:53 served by 192.0.2.7:8053}. */
  @Override
  public String toString() {
    return "flows of protocol "
        + protocol
        + service.map(to -> " to " + to).orElse("")
        + backend.map(by -> " served by " + by).orElse("");
  }
}
