// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a table. <b>Immutable.</b>
 *
 * @param table the one that was applied, which may be newer than the one handed in
 * @param services the outcome for each of its front ends
 */
public record ApplyReport(VipTable table, Map<Frontend, Outcome> services) {

  /** What became of one service. */
  public enum State {
    SERVING,
    /** Its address or port could not be had; tried again with each table. */
    BIND_FAILED,
    /** This path does not serve its protocol or family. */
    UNSUPPORTED,
    /** There is no address or port on this node that could stand for it. */
    UNMAPPED,
    /** The kernel refused it, in its own words; tried again with each table. */
    FAILED
  }

  /**
   * The outcome for one service.
   *
   * @param client what clients on this node connect to, once it is served; null when this node has
   *     nothing that could stand for it
   * @param reason why it is not served; empty when it is
   */
  public record Outcome(State state, @Nullable HostPort client, String reason) {
    public Outcome {
      requireNonNull(state, "state");
      requireNonNull(reason, "reason");
    }

    /** Served where clients connect to this. */
    public static Outcome serving(HostPort client) {
      return new Outcome(State.SERVING, client, "");
    }
  }

  public ApplyReport {
    requireNonNull(table, "table");
    services = services instanceof Outcomes ? services : Map.copyOf(services);
  }

  /**
   * A table of which each service is served where its clients connect.
   *
   * @param exceptions services of the table that are not, or elsewhere; others are left out
   */
  public static ApplyReport serving(VipTable table, Map<Frontend, Outcome> exceptions) {
    Map<Frontend, Outcome> kept = new HashMap<>(exceptions);
    kept.keySet().retainAll(table.services().keySet());
    return new ApplyReport(table, new Outcomes(table.services(), kept));
  }
}
