// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request meets. <b>Immutable.</b>
 *
 * @param outcome whether there is an answer at all
 * @param status of the answer, 200 where a server gives it; 0 without an answer
 * @param servers that may answer
 * @param location where the client is sent, null where it is not
 * @param service that is responsible, empty for none
 * @param why step by step
 */
public record EdgeExplanation(
    Outcome outcome,
    int status,
    List<HostPort> servers,
    @Nullable String location,
    String service,
    List<String> why) {

  /** How a connection ends. */
  public enum Outcome {
    ANSWERED,
    /** Nothing listens. */
    REFUSED,
    /** The connection is closed without an answer. */
    CLOSED
  }

  public EdgeExplanation {
    requireNonNull(outcome, "outcome");
    servers = List.copyOf(servers);
    requireNonNull(service, "service");
    why = List.copyOf(why);
  }
}
