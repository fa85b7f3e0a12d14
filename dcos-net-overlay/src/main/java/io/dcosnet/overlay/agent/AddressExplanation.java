// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.host.HostObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an address is to one host, and whether its packets get there. <b>Immutable.</b>
 *
 * @param overlay that the address is in; empty if none
 * @param pool id of the range of this host that it is in; empty if none
 * @param range narrowest known range around it
 * @param agent who has it
 * @param parts what has to be on this host so that packets get there, each with how it is
 * @param notes what else a person should know, such as why an entry of a peer was refused
 */
public record AddressExplanation(
    IpAddress address,
    Kind kind,
    String overlay,
    String pool,
    Optional<Cidr> range,
    Optional<NodeId> agent,
    List<Part> parts,
    List<String> notes) {

  /** What an address may be. */
  public enum Kind {
    OWN_HOST("the address of this host on the underlay"),
    OWN_VTEP("the tunnel end point of this host"),
    OWN_GATEWAY("a bridge of this host"),
    OWN_CONTAINER("in the range of containers of this host"),
    OWN_SUBNET("in a subnet of this host, in a range without a bridge"),
    PEER_HOST("the address of another host on the underlay"),
    PEER_VTEP("the tunnel end point of another host"),
    PEER_CONTAINER("in a subnet of another host"),
    NOBODY_IN_OVERLAY("in an overlay, but no known host has it"),
    NOBODY_IN_VTEPS("in the pool of tunnel end points, but no known host has it"),
    NONE("no address of the overlays");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** For a person. */
    public String text() {
      return text;
    }

    /** In lower case with dashes. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How an object is. */
  public enum Standing {
    /** It was there when the host was looked at last. */
    PROGRAMMED,
    /** It will be tried. */
    PENDING,
    /** It could not be made; tried again by itself. */
    FAULT;

    /** In lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One object that packets need.
   *
   * @param reason why it is not there; empty when it is
   */
  public record Part(HostObject kind, String object, Standing standing, String reason) {
    public Part {
      requireNonNull(kind, "kind");
      requireNonNull(object, "object");
      requireNonNull(standing, "standing");
      requireNonNull(reason, "reason");
    }
  }

  public AddressExplanation {
    requireNonNull(address, "address");
    requireNonNull(kind, "kind");
    requireNonNull(overlay, "overlay");
    requireNonNull(pool, "pool");
    requireNonNull(range, "range");
    requireNonNull(agent, "agent");
    parts = List.copyOf(parts);
    notes = List.copyOf(notes);
  }

  /** Whether everything is there that packets to it need on this host. */
  public boolean isReachable() {
    return agent.isPresent()
        && parts.stream().allMatch(part -> part.standing() == Standing.PROGRAMMED);
  }

  /** Lines for a person. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(address).append(": ").append(kind.text()).append('\n');
    line(text, "overlay", overlay);
    line(text, "pool", pool);
    range.ifPresent(cidr -> line(text, "range", cidr.toString()));
    agent.ifPresent(id -> line(text, "agent", id.toString()));
    for (Part part : parts) {
      line(
          text,
          part.kind().text(),
          part.object()
              + ": "
              + part.standing().word()
              + (part.reason().isEmpty() ? "" : " (" + part.reason() + ")"));
    }
    notes.forEach(note -> line(text, "note", note));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("  ").append(name).append(": ").append(value).append('\n');
    }
  }
}
