// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.ReverseName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and addresses in the format of {@code /etc/hosts}: an address, its name and other names of
 * it on each line, {@code #} begins a comment. A name may have several addresses; the first name of
 * an address is what its PTR record says.
 *
 * <p>A line that is wrong is reported and left out, the others go on.
 *
 * <p><b>Immutable.</b>
 */
public final class HostsTable {

  /** TTL of all records. */
  public static final int TTL_SECONDS = 60;

  /** Without any name. */
  public static final HostsTable EMPTY = new HostsTable(Map.of(), List.of());

  private final Map<DomainName, Map<Integer, RecordSet>> names;
  private final List<Rejection> refused;

  private HostsTable(Map<DomainName, Map<Integer, RecordSet>> names, List<Rejection> refused) {
    this.names = names;
    this.refused = refused;
  }

  /** Reads a whole file. */
  public static HostsTable parse(byte[] content) {
    Parser parser = new Parser();
    int number = 0;
    for (String line : new String(content, UTF_8).split("\n", -1)) {
      parser.line(++number, line);
    }
    return parser.table();
  }

  /** Its records by owner and type; the owners of PTR records among them. */
  Map<DomainName, Map<Integer, RecordSet>> names() {
    return names;
  }

  /** Number of names, those of PTR records among them. */
  public int size() {
    return names.size();
  }

  /** What could not be read, line by line. */
  public List<Rejection> refused() {
    return refused;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostsTable that
        && names.equals(that.names)
        && refused.equals(that.refused);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** <b>Confined to</b> one call. */
  private static final class Parser {
    private final Map<DomainName, List<IpAddress>> addresses = new LinkedHashMap<>();
    private final Map<IpAddress, DomainName> pointers = new LinkedHashMap<>();
    private final List<Rejection> refused = new ArrayList<>();

    void line(int number, String text) {
      int comment = text.indexOf("#");
      String entry = (comment < 0 ? text : text.substring(0, comment)).strip();
      if (entry.isEmpty()) {
        return;
      }
      String[] words = entry.split("\\s+", -1);
      IpAddress address = IpAddress.tryParse(words[0]).orElse(null);
      if (address == null) {
        refuse(number, "HOST_BAD_ADDRESS", words[0] + " (expected: an address without zone)");
        return;
      }
      if (words.length == 1) {
        refuse(number, "HOST_NO_NAME", words[0] + " (expected: a name behind it)");
      }
      for (int i = 1; i < words.length; i++) {
        name(number, address, words[i]);
      }
    }

    private void name(int number, IpAddress address, String text) {
      DomainName name;
      try {
        name = DomainName.parse(text);
      } catch (DecodeException e) {
        refuse(number, "HOST_BAD_NAME", String.valueOf(e.getMessage()));
        return;
      }
      List<IpAddress> known = addresses.computeIfAbsent(name, key -> new ArrayList<>(1));
      if (!known.contains(address)) {
        known.add(address);
      }
      pointers.putIfAbsent(address, name);
    }

    private void refuse(int number, String code, String detail) {
      refused.add(new Rejection("host", "line " + number, code, detail));
    }

    HostsTable table() {
      Map<DomainName, Map<Integer, RecordSet>> names = new HashMap<>();
      addresses.forEach(
          (name, all) -> {
            Map<Integer, RecordSet> sets = names.computeIfAbsent(name, key -> new TreeMap<>());
            put(sets, RecordType.A, all.stream().filter(IpAddress::isIpv4).toList());
            put(sets, RecordType.AAAA, all.stream().filter(IpAddress::isIpv6).toList());
          });
      pointers.forEach(
          (address, name) ->
              names
                  .computeIfAbsent(ReverseName.of(address), key -> new TreeMap<>())
                  .put(
                      RecordType.PTR, RecordSet.of(RecordType.PTR, TTL_SECONDS, Rdata.name(name))));
      return new HostsTable(names, List.copyOf(refused));
    }

    private static void put(Map<Integer, RecordSet> sets, int type, List<IpAddress> all) {
      if (!all.isEmpty()) {
        sets.put(type, RecordSet.of(type, TTL_SECONDS, all.stream().map(Rdata::address).toList()));
      }
    }
  }
}
