// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneNode;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResponderProperties {

  /** Records at one name: how many addresses of each family, and services of other names. */
  record Owner(String name, int ipv4, int ipv6, List<String> targets) {}

  record Asked(String name, int type, int size, Protocol protocol) {}

  @Provide
  Arbitrary<List<Owner>> owners() {
    Arbitrary<Integer> counts =
        Arbitraries.oneOf(Arbitraries.integers().between(0, 3), Arbitraries.of(40, 90, 5000));
    return Combinators.combine(names(), counts, counts, names().list().ofMaxSize(40))
        .as(Owner::new)
        .list()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<Asked> queries() {
    return Combinators.combine(
            names(),
            Arbitraries.of(Type.A, Type.AAAA, Type.SRV, Type.ANY, Type.SOA, Type.NS, 65280),
            Arbitraries.of(0, 512, 700, 1232, 4096),
            Arbitraries.of(Protocol.values()))
        .as(Asked::new);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.of("a", "b", "_s", "x".repeat(63), "with\\032space")
        .list()
        .ofMaxSize(3)
        .map(
            labels -> {
              List<String> all = new ArrayList<>(labels);
              all.add("mesos");
              return String.join(".", all);
            });
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void anyOctetsGetAReadableAnswerOrNone(
      @ForAll("nearlyQueries") byte[] octets, @ForAll Protocol protocol) {
    Asking asking = new Asking(Zone.of(Zones.empty("mesos")));

    byte[] answer = asking.answer(octets, protocol);

    if (answer.length > 0) {
      Message message = Asking.parse(answer);
      assertThat(message.getHeader().getFlag(Flags.QR)).isTrue();
      assertThat(message.getHeader().getID())
          .isEqualTo(((octets[0] & 0xff) << 8) | (octets[1] & 0xff));
    }
  }

  /** Good queries with a few octets changed, cut off or put behind. */
  @Provide
  Arbitrary<byte[]> nearlyQueries() {
    Arbitrary<byte[]> good =
        queries().map(asked -> Asking.ednsQuery(asked.name(), asked.type(), asked.size()).toWire());
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(80);
    Arbitrary<byte[]> changed =
        Combinators.combine(good, Arbitraries.bytes().list().ofMaxSize(6), Arbitraries.integers())
            .as(ResponderProperties::change);
    return Arbitraries.oneOf(noise, changed);
  }

  private static byte[] change(byte[] good, List<Byte> changes, int seed) {
    byte[] message =
        Arrays.copyOf(good, good.length + (seed & 3) * (seed >>> 2 & 3) - (seed >>> 4 & 3));
    int at = seed >>> 8;
    for (byte change : changes) {
      at = at * 31 + 7;
      message[Math.floorMod(at, message.length)] = change;
    }
    return message;
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void dnsjavaReadsWhatTheZoneHas(
      @ForAll("owners") List<Owner> owners, @ForAll("queries") Asked asked) {
    ZoneSnapshot zone = zone(owners);
    Asking asking = new Asking(Zone.of(zone));
    Message query =
        asked.size() == 0
            ? Asking.query(asked.name(), asked.type())
            : Asking.ednsQuery(asked.name(), asked.type(), asked.size());

    byte[] octets = asking.answer(query.toWire(), asked.protocol());
    Message answer = Asking.parse(octets);

    assertThat(octets.length).isLessThanOrEqualTo(limit(asked));
    assertThat(answer.toWire().length).isGreaterThan(0);
    assertThat(answer.getQuestion()).isEqualTo(query.getQuestion());
    assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    assertThat(answer.getOPT() == null).isEqualTo(asked.size() == 0);
    checkAnswer(zone, asked, answer);
    checkAdditional(zone, answer);
  }

  private static void checkAnswer(ZoneSnapshot zone, Asked asked, Message answer) {
    ZoneNode node = zone.find(DomainName.parse(asked.name()));
    Set<String> expected = new TreeSet<>();
    if (node != null) {
      for (RecordSet set : wanted(node, asked)) {
        set.toText().forEach(text -> expected.add(RecordType.name(set.type()) + " " + text));
      }
    }
    List<String> found =
        answer.getSection(Section.ANSWER).stream().map(ResponderProperties::text).toList();

    assertThat(answer.getRcode()).isEqualTo(node == null ? Rcode.NXDOMAIN : Rcode.NOERROR);
    assertThat(new HashSet<>(found)).hasSameSizeAs(found);
    assertThat(expected).containsAll(found);
    if (Asking.isTruncated(answer)) {
      assertThat(found.size()).isBetween(1, expected.size() - 1);
    } else {
      assertThat(found).hasSameSizeAs(expected);
    }
    assertThat(answer.getSection(Section.AUTHORITY)).hasSize(expected.isEmpty() ? 1 : 0);
  }

  private static List<RecordSet> wanted(ZoneNode node, Asked asked) {
    if (asked.type() != Type.ANY) {
      RecordSet set = node.set(asked.type());
      return set == null ? List.of() : List.of(set);
    }
    if (asked.protocol() == Protocol.TCP || node.isEmptyNonTerminal()) {
      return node.sets();
    }
    for (int type : List.of(RecordType.A, RecordType.AAAA, RecordType.SRV)) {
      RecordSet set = node.set(type);
      if (set != null) {
        return List.of(set);
      }
    }
    return List.of(node.setAt(0));
  }

  private static void checkAdditional(ZoneSnapshot zone, Message answer) {
    Set<String> targets = new HashSet<>();
    for (Record record : answer.getSection(Section.ANSWER)) {
      if (record instanceof SRVRecord service) {
        targets.add(service.getTarget().toString().toLowerCase(Locale.ROOT));
      }
    }
    for (var set : answer.getSectionRRsets(Section.ADDITIONAL)) {
      if (set.getType() != Type.OPT) {
        String owner = set.getName().toString().toLowerCase(Locale.ROOT);
        ZoneNode node = zone.find(DomainName.parse(owner));
        @Nullable RecordSet whole = node == null ? null : node.set(set.getType());
        assertThat(targets).contains(owner);
        assertThat(set.rrs().size()).isEqualTo(whole == null ? -1 : whole.size());
      }
    }
  }

  private static String text(Record record) {
    return Type.string(record.getType()) + " " + Asking.data(record);
  }

  private static int limit(Asked asked) {
    if (asked.protocol() == Protocol.TCP) {
      return 65535;
    }
    return Math.min(1232, Math.max(512, asked.size()));
  }

  private static ZoneSnapshot zone(List<Owner> owners) {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    for (Owner owner : owners) {
      DomainName name = DomainName.parse(owner.name());
      if (owner.ipv4() > 0) {
        edit.put(name, RecordSet.of(RecordType.A, 60, addresses(owner.ipv4(), 4)));
      }
      if (owner.ipv6() > 0) {
        edit.put(name, RecordSet.of(RecordType.AAAA, 60, addresses(owner.ipv6(), 16)));
      }
      if (!owner.targets().isEmpty()) {
        List<byte[]> services = new ArrayList<>();
        for (String target : owner.targets()) {
          services.add(Rdata.srv(0, 1, 80 + services.size() % 3, DomainName.parse(target)));
        }
        edit.put(name, RecordSet.of(RecordType.SRV, 60, services));
      }
    }
    return edit.commit(0);
  }

  private static List<byte[]> addresses(int count, int octets) {
    List<byte[]> addresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] address = new byte[octets];
      address[0] = 0x20;
      address[octets - 2] = (byte) (i >>> 8);
      address[octets - 1] = (byte) i;
      addresses.add(address);
    }
    return addresses;
  }
}
