// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.standalone.config.ErlangTerms.Atom;
import io.dcosnet.standalone.config.ErlangTerms.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node takes of the files in {@code dcos-net.config.d}, of application {@code dcos_l4lb}:
 * whether it balances, publishes and programs, and the ranges for names. What else they set is told
 * in a warning. <b>Immutable.</b>
 *
 * @param enabled null where no file says so
 * @param polling whether the node tells the others of its own tasks
 * @param networking whether it carries connections, rather than only names
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_l4lb</a>
 */
record DcosL4lbImport(
    @Nullable Boolean enabled,
    boolean polling,
    boolean networking,
    boolean inIpv6,
    AddressRange ipv4,
    AddressRange ipv6) {

  private static final Logger LOGGER = LoggerFactory.getLogger(DcosL4lbImport.class);
  private static final Atom APPLICATION = new Atom("dcos_l4lb");

  /** What has no effect here, with the value that nobody needs to be told of. */
  private static final Map<String, Object> NOT_TAKEN =
      Map.ofEntries(
          Map.entry("agent_poll_interval", BigInteger.valueOf(2000)),
          Map.entry("agent_poll_max_interval", BigInteger.valueOf(60_000)),
          Map.entry("reconcile_timeout", BigInteger.valueOf(30_000)),
          Map.entry("iface", "minuteman"),
          Map.entry("ipset_enabled", true),
          Map.entry("cni_dir", "/var/run/dcos/cni/l4lb"),
          Map.entry("metrics_interval_seconds", BigInteger.valueOf(20)),
          Map.entry("metrics_splay_seconds", BigInteger.TWO));

  /**
   * Reads all files, of which a later one counts more.
   *
   * @param lb gets what is wrong with them
   */
  static DcosL4lbImport read(Section lb, String key, List<Path> files) {
    Map<String, Object> said = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        settings(ErlangTerms.read(Files.readString(file)))
            .forEach(
                (name, value) -> {
                  said.put(name, value);
                  warn(file, name, value);
                });
      } catch (IOException e) {
        lb.problem(key, file, "files that can be read: " + e.getMessage());
      } catch (IllegalArgumentException e) {
        lb.problemLine(key + ": " + file + ": " + e.getMessage());
      }
    }
    return new Values(lb, key, said).load();
  }

  /** Those of our application, which stand in lists of lists. */
  private static Map<String, Object> settings(List<Object> terms) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Object term : terms) {
      if (term instanceof List<?> applications) {
        for (Object application : applications) {
          if (pair(application, APPLICATION) instanceof List<?> entries) {
            entries.forEach(entry -> add(entry, settings));
          }
        }
      }
    }
    return settings;
  }

  private static @Nullable Object pair(Object term, Atom first) {
    return term instanceof Tuple tuple
            && tuple.items().size() == 2
            && tuple.items().get(0).equals(first)
        ? tuple.items().get(1)
        : null;
  }

  private static void add(Object entry, Map<String, Object> settings) {
    if (entry instanceof Tuple tuple
        && tuple.items().size() == 2
        && tuple.items().get(0) instanceof Atom name) {
      settings.put(name.name(), tuple.items().get(1));
    }
  }

  private static void warn(Path file, String name, Object value) {
    Object unremarkable = NOT_TAKEN.get(name);
    boolean taken = Values.TAKEN.contains(name);
    if (!taken && !value.equals(unremarkable)) {
      LOGGER.warn("{}: {}: has no effect here", file, name);
    }
  }

  /** Makes values of terms, and notes those that cannot be. */
  private record Values(Section lb, String key, Map<String, Object> said) {

    private static final List<String> TAKEN =
        List.of(
            "enable_lb",
            "enable_networking",
            "agent_polling_enabled",
            "enable_ipv6",
            "min_named_ip",
            "max_named_ip",
            "min_named_ip6",
            "max_named_ip6");

    DcosL4lbImport load() {
      return new DcosL4lbImport(
          said.containsKey("enable_lb") ? flag("enable_lb") : null,
          flag("agent_polling_enabled"),
          flag("enable_networking"),
          flag("enable_ipv6"),
          range("min_named_ip", "max_named_ip", VipAddresses.DEFAULT_IPV4),
          range("min_named_ip6", "max_named_ip6", VipAddresses.DEFAULT_IPV6));
    }

    private boolean flag(String name) {
      Object value = said.getOrDefault(name, true);
      if (value instanceof Boolean flag) {
        return flag;
      }
      problem(name, "true or false");
      return true;
    }

    private AddressRange range(String first, String last, AddressRange byDefault) {
      IpAddress min = address(first, byDefault.first());
      IpAddress max = address(last, byDefault.last());
      if (min.compareTo(max) >= 0) {
        problem(last, "an address behind " + first);
        return byDefault;
      }
      return new AddressRange(min, max);
    }

    private IpAddress address(String name, IpAddress byDefault) {
      Object value = said.get(name);
      if (value == null) {
        return byDefault;
      }
      int numbers = byDefault.isIpv4() ? 4 : 8;
      if (value instanceof Tuple tuple && tuple.items().size() == numbers) {
        byte[] bytes = bytes(tuple.items(), byDefault.bitLength() / numbers);
        if (bytes.length > 0) {
          return IpAddress.ofBytes(bytes);
        }
      }
      problem(name, "an address of " + numbers + " numbers such as " + example(numbers));
      return byDefault;
    }

    private static String example(int numbers) {
      return numbers == 4 ? "{11,0,0,0}" : "{16#fd01,16#c,0,0,0,0,0,0}";
    }

    /** Empty when one of the numbers is none, or too large. */
    private static byte[] bytes(List<Object> numbers, int bits) {
      int each = bits / Byte.SIZE;
      byte[] bytes = new byte[numbers.size() * each];
      for (int i = 0; i < numbers.size(); i++) {
        if (!(numbers.get(i) instanceof BigInteger number)
            || number.signum() < 0
            || number.bitLength() > bits) {
          return new byte[0];
        }
        for (int octet = 0; octet < each; octet++) {
          bytes[i * each + octet] = number.shiftRight(Byte.SIZE * (each - 1 - octet)).byteValue();
        }
      }
      return bytes;
    }

    private void problem(String name, String expected) {
      lb.problemLine(key + ": " + name + " (expected: " + expected + ")");
    }
  }
}
