// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.vip.NameStanding;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a VIP is as it is on this node, layer by layer, at one moment. Times are Unix milliseconds, 0
 * for those that are not known. <b>Immutable.</b>
 *
 * @param fqdn with its zone, without a final dot; null for a VIP that is an address
 * @param verdict the whole in one sentence
 * @param published back ends that labels make here, for tasks that this node speaks for
 * @param told what all nodes say in the store, the entries that do not count too
 * @param naming how the name came to its addresses, IPv4 first; none for an address
 * @param serving what this node makes of it, for each family of addresses
 * @param changes the last ones, the oldest first
 * @param elsewhere what other nodes say of theirs
 * @param refused what was left out and has to do with it
 * @param advice what to do, the likeliest first; none when all is well
 */
public record VipExplanation(
    VipKey key,
    @Nullable String fqdn,
    String verdict,
    List<Published> published,
    List<Told> told,
    List<NameStanding> naming,
    List<Serving> serving,
    List<VipChange> changes,
    List<Elsewhere> elsewhere,
    List<Rejection> refused,
    List<String> advice) {

  public VipExplanation {
    requireNonNull(key, "key");
    requireNonNull(verdict, "verdict");
    published = List.copyOf(published);
    told = List.copyOf(told);
    naming = List.copyOf(naming);
    serving = List.copyOf(serving);
    changes = List.copyOf(changes);
    elsewhere = List.copyOf(elsewhere);
    refused = List.copyOf(refused);
    advice = List.copyOf(advice);
  }

  /** A back end that a label of a task makes. */
  public record Published(TaskKey task, Backend backend) {}

  /**
   * What one node says of a back end.
   *
   * @param counts false where another writer counts more
   * @param reach what is believed of the node that the task runs on
   * @param drained whether somebody asked that it gets nothing new
   * @param failing whether it fails its checks
   * @param sinceMillis when its state began
   * @param changedMillis when the writer learnt what it says
   */
  public record Told(
      Backend backend,
      String zone,
      NodeId writer,
      OwnerState writerState,
      boolean counts,
      Reach reach,
      boolean drained,
      boolean failing,
      long sinceMillis,
      long changedMillis) {}

  /**
   * What this node does in one family.
   *
   * @param state of the data path, such as {@code serving}; {@code waiting} before it has it
   * @param clientsUse what clients on this node connect to; null for nothing
   * @param reason why it is not served; empty when it is
   * @param traffic null when the data path does not count
   */
  public record Serving(
      Frontend frontend,
      ServiceOptions options,
      String state,
      @Nullable HostPort clientsUse,
      String reason,
      @Nullable Traffic traffic,
      List<Chance> chances) {
    public Serving {
      chances = List.copyOf(chances);
    }
  }

  /**
   * What one back end gets of new connections, and which layer has seen to that.
   *
   * @param table weight by what was told and by the state of its node
   * @param near the same after nearness; proportions where the service prefers what is near
   * @param effective what counts: after health
   * @param health what this node makes of its failures, for a person; empty when nothing is wrong
   * @param connections that are open; -1 when the data path does not count
   * @param cutInMillis until what it still has is cut; -1 for never
   */
  public record Chance(
      HostPort endpoint,
      @Nullable IpAddress node,
      Backend.State state,
      int table,
      int near,
      int effective,
      String health,
      int connections,
      long cutInMillis) {}

  /**
   * The last changes as another node has them.
   *
   * @param problem why it told nothing; empty when it did
   */
  public record Elsewhere(NodeId node, List<VipChange> changes, String problem) {
    public Elsewhere {
      changes = List.copyOf(changes);
    }
  }

  /** True when clients on this node are served and some back end takes new connections. */
  public boolean works() {
    return serving.stream()
        .anyMatch(
            one ->
                one.state().equals("serving")
                    && one.chances().stream().anyMatch(chance -> chance.effective() > 0));
  }

  /** For people: a line for each thing to know. */
  public String toText() {
    return ExplanationText.of(this);
  }

  /** For programs: a JSON object. */
  public Bytes toJson() {
    return ExplanationJson.of(this);
  }
}
