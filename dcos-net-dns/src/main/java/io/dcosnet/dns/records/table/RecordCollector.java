// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.name.DomainNameBuilder.Fault;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.Contribution.ClaimedName;
import io.dcosnet.dns.records.table.Contribution.Terms;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the records of one subject after the other. <b>Confined to</b> one thread.
 *
 * <p>Names come as text; what cannot be a name is noted by reason and left out.
 */
public final class RecordCollector {

  private static final int MAX_TEXT_IN_REASON = 100;

  /** Enough for the names that instances of a few services share; a power of two. */
  private static final int REMEMBERED = 64;

  /** A name that was made before. */
  private record Remembered(String text, DomainName zone, DomainName name) {}

  private final @Nullable Remembered[] remembered = new Remembered[REMEMBERED];
  private final DomainNameBuilder names = new DomainNameBuilder();
  private final List<DomainName> owners = new ArrayList<>();
  private int[] types = new int[16];
  private final List<byte[]> data = new ArrayList<>();
  private final List<ClaimedName> claims = new ArrayList<>();
  private final Map<RefusalCode, List<String>> refused = new EnumMap<>(RefusalCode.class);
  private final int srvWeight;

  /**
   * @param srvWeight of every SRV record, 0-65535
   */
  public RecordCollector(int srvWeight) {
    this.srvWeight = srvWeight;
  }

  /** The name {@code text} below {@code zone} as an owner; null and noted when it is no name. */
  public @Nullable DomainName owner(String text, DomainName zone) {
    int slot = (text.hashCode() * 31 + zone.hashCode()) & (REMEMBERED - 1);
    Remembered last = remembered[slot];
    if (last != null && last.zone.equals(zone) && last.text.equals(text)) {
      return last.name;
    }
    DomainName name = name(text, zone, true);
    if (name != null) {
      remembered[slot] = new Remembered(text, zone, name);
    }
    return name;
  }

  /** As {@link #owner} for a name that records point to, which keeps its case. */
  public @Nullable DomainName target(String text, DomainName zone) {
    return name(text, zone, false);
  }

  private @Nullable DomainName name(String text, DomainName zone, boolean lowerCase) {
    DomainName name = names.clear().append(text).build(zone, lowerCase);
    if (name == null) {
      Fault fault = Objects.requireNonNull(names.fault());
      refuse(RefusalCode.of(fault), text + "." + zone.toRawText());
    }
    return name;
  }

  /** Notes that something is missing because of {@code what}. */
  public void refuse(RefusalCode code, String what) {
    refused.computeIfAbsent(code, key -> new ArrayList<>(1)).add(what);
  }

  /** Adds A and AAAA records; nothing when there is no owner. */
  public void address(@Nullable DomainName owner, List<byte[]> addresses) {
    if (owner != null) {
      for (byte[] address : addresses) {
        add(owner, address.length == 4 ? RecordType.A : RecordType.AAAA, address);
      }
    }
  }

  /** Adds an SRV record; nothing when there is no owner. */
  public void service(@Nullable DomainName owner, byte[] serviceData) {
    if (owner != null) {
      add(owner, RecordType.SRV, serviceData);
    }
  }

  /** Data of an SRV record, to be shared by the owners that have it. */
  public byte[] serviceData(DomainName target, int port) {
    return Rdata.srv(0, srvWeight, port, target);
  }

  private void add(DomainName owner, int type, byte[] record) {
    if (owners.size() == types.length) {
      types = Arrays.copyOf(types, types.length * 2);
    }
    types[owners.size()] = type;
    owners.add(owner);
    data.add(record);
  }

  /** Notes what a name was wanted for. */
  public void claim(@Nullable DomainName owner, Claim claim) {
    if (owner != null) {
      claims.add(new ClaimedName(owner, claim));
    }
  }

  /** IPv4 in IPv6 clothes counts as IPv4, as with Mesos-DNS. */
  public static List<byte[]> encode(List<IpAddress> addresses) {
    List<byte[]> encoded = new ArrayList<>(addresses.size());
    for (IpAddress address : addresses) {
      encoded.add(Rdata.address(address.unmapped()));
    }
    return encoded;
  }

  /** What was gathered since the last call, on the usual terms. */
  public Contribution finish(String kind, String subject) {
    return finish(kind, subject, Terms.USUAL);
  }

  /** What was gathered since the last call. */
  public Contribution finish(String kind, String subject, Terms terms) {
    Contribution contribution =
        new Contribution(
            owners.toArray(new DomainName[0]),
            Arrays.copyOf(types, owners.size()),
            data.toArray(new byte[0][]),
            rejections(kind, subject),
            terms,
            List.copyOf(claims));
    owners.clear();
    data.clear();
    claims.clear();
    refused.clear();
    return contribution;
  }

  /** One rejection for each reason, since a name that is none spoils many records at once. */
  private List<Rejection> rejections(String kind, String subject) {
    if (refused.isEmpty()) {
      return List.of();
    }
    List<Rejection> rejections = new ArrayList<>(refused.size());
    refused.forEach(
        (code, parts) -> {
          String first = parts.get(0);
          boolean tooLong = first.length() > MAX_TEXT_IN_REASON;
          String shown = tooLong ? first.substring(0, MAX_TEXT_IN_REASON) + "…" : first;
          String more = parts.size() == 1 ? "" : " and " + (parts.size() - 1) + " more";
          String detail = "\"" + shown + "\"" + more + " (expected: " + code.expected + ")";
          rejections.add(new Rejection(kind, subject, code.name(), detail));
        });
    return rejections;
  }
}
