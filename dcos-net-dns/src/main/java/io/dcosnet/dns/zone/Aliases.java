// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.Zbase32;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The aliases of a server, tried in order; the first that covers a name counts. The result is not
 * looked at again: an alias leads to a zone, never to another alias.
 *
 * <p><b>Immutable.</b>
 */
public final class Aliases {

  /** No alias. */
  public static final Aliases NONE = new Aliases(List.of());

  private static final int KEY_OCTETS = 32;

  /** 52 characters of zbase32, the last of which has one bit. */
  private static final Pattern CLUSTER_ID =
      Pattern.compile("[ybndrfg8ejkmcpqxot1uwisza345h769]{51}[yo]");

  private final Alias[] aliases;

  private Aliases(List<Alias> aliases) {
    this.aliases = aliases.toArray(Alias[]::new);
  }

  public static Aliases of(List<Alias> aliases) {
    return aliases.isEmpty() ? NONE : new Aliases(aliases);
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * The id by which names tell a cluster from others.
   *
   * @param publicKey of the cluster, 32 octets (Ed25519)
   */
  public static String clusterId(byte[] publicKey) {
    if (publicKey.length != KEY_OCTETS) {
      throw new IllegalArgumentException(
          "cluster key: " + publicKey.length + " octets (expected: " + KEY_OCTETS + ")");
    }
    return Zbase32.encode(publicKey);
  }

  /** In the order in which they are tried. */
  public List<Alias> list() {
    return List.of(aliases);
  }

  /** The alias that covers the name in these octets, null when none does. */
  public @Nullable Alias match(byte[] octets, int offset, int length) {
    for (Alias alias : aliases) {
      if (alias.covers(octets, offset, length)) {
        return alias;
      }
    }
    return null;
  }

  /** The name that zones have for this one; null when no alias covers it or it is too long. */
  public @Nullable DomainName rewrite(DomainName name) {
    byte[] wire = name.toWire();
    Alias alias = match(wire, 0, wire.length);
    if (alias == null) {
      return null;
    }
    byte[] rewritten = new byte[DomainName.MAX_WIRE_OCTETS];
    int length = alias.toInternal(wire, 0, wire.length, rewritten, 0);
    return length == Alias.TOO_LONG ? null : DomainName.ofWire(rewritten, 0, length);
  }

  @Override
  public String toString() {
    return list().toString();
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private static final DomainName ZONES = DomainName.parse("thisdcos.directory");
    private static final DomainName VIPS = DomainName.parse("l4lb.thisdcos.directory");

    private final List<Alias> aliases = new ArrayList<>();

    private Builder() {}

    /** Adds an alias behind those that are there. */
    public Builder alias(Alias alias) {
      aliases.add(alias);
      return this;
    }

    /** Adds those of DC/OS that hold in every cluster: {@code dclb} and {@code thisdcos.global}. */
    public Builder dcos() {
      aliases.add(new Alias(DomainName.parse("dclb.thisdcos.directory"), VIPS, false));
      aliases.add(new Alias(DomainName.parse("dclb.thisdcos.global"), VIPS, false));
      aliases.add(new Alias(DomainName.parse("thisdcos.global"), ZONES, true));
      return this;
    }

    /**
     * Adds those of {@link #dcos()} and {@code <zone>.<cluster id>.dcos.directory}, by which
     * outside servers can send queries to this cluster. Names with another cluster's id stay
     * foreign.
     *
     * @param clusterId as of {@link Aliases#clusterId}
     */
    public Builder dcos(String clusterId) {
      if (!CLUSTER_ID.matcher(clusterId).matches()) {
        throw new IllegalArgumentException(
            "cluster id: \""
                + clusterId
                + "\" (expected: zbase32 of a key of 32 octets, 52 characters)");
      }
      dcos();
      aliases.add(new Alias(DomainName.parse(clusterId + ".dcos.directory"), ZONES, true));
      return this;
    }

    public Aliases build() {
      return of(aliases);
    }
  }
}
