// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both halves together: tables by text, elements by messages, compared with what nft says. */
@Tag("kernel")
class NftSocketKernelIT {

  private static final String TABLE =
      """
      table inet dcosnet {
        map vips { type ipv4_addr . inet_proto . inet_service : verdict; }
        map backends {
          typeof numgen inc mod 2 . ip daddr . meta l4proto . th dport : ip daddr . tcp dport
        }
        set refused { type ipv6_addr; }
        chain n1 { counter; }
        chain n2 { counter; }
      }
      """;

  private static final NftSet VIPS = new NftSet(NftFamily.INET, "dcosnet", "vips");
  private static final NftSet BACKENDS = new NftSet(NftFamily.INET, "dcosnet", "backends");
  private static final NftSet REFUSED = new NftSet(NftFamily.INET, "dcosnet", "refused");

  private OwnNetwork network;
  private Nftables tables;
  private NftSocket nft;

  @BeforeEach
  void open() {
    Required.program("nft", "nftables");
    network = OwnNetwork.create();
    Required.that(Nftables.unavailableBecause().isEmpty(), "libnftables1");
    tables = network.namespace().call(Nftables::open);
    nft = network.namespace().call(NftSocket::open);
    tables.run(TABLE);
  }

  @AfterEach
  void close() {
    if (network != null) {
      nft.close();
      tables.close();
      network.close();
    }
  }

  @Test
  void addsWhatNftShows() {
    NftElement vip = NftElement.of(key(1), NftVerdict.goTo("n2"));
    NftElement backend =
        NftElement.of(
            new NftFields().index(1).address(vip(1)).protocol(Protocol.UDP).port(53).toBytes(),
            new NftFields().address(IpAddress.parse("192.0.2.7")).port(8053).toBytes());
    NftElement refused =
        NftElement.of(new NftFields().address(IpAddress.parse("2001:db8::7")).toBytes());
    List<Request> requests = new ArrayList<>(NftElements.add(VIPS, List.of(vip)));
    requests.addAll(NftElements.add(BACKENDS, List.of(backend)));
    requests.addAll(NftElements.add(REFUSED, List.of(refused)));

    assertThat(nft.commit(requests)).isEmpty();

    assertThat(network.run("nft", "list", "table", "inet", "dcosnet"))
        .contains("198.51.0.1 . tcp . 80 : goto n2")
        .contains("1 . 198.51.0.1 . udp . 53 : 192.0.2.7 . 8053")
        .contains("elements = { 2001:db8::7 }");
    assertThat(nft.elements(VIPS)).containsExactly(vip);
    assertThat(nft.elements(BACKENDS)).containsExactly(backend);
    assertThat(nft.elements(REFUSED)).containsExactly(refused);
  }

  @Test
  void readsWhatNftAdded() {
    network.run("nft", "add element inet dcosnet vips { 198.51.0.2 . tcp . 80 : jump n1 }");
    network.run("nft", "add element inet dcosnet vips { 198.51.0.3 . tcp . 80 : drop }");

    assertThat(nft.elements(VIPS))
        .containsExactlyInAnyOrder(
            NftElement.of(key(2), NftVerdict.jumpTo("n1")),
            NftElement.of(key(3), NftVerdict.drop()));
  }

  @Test
  void doesAllOrNothing() {
    NftElement there = NftElement.of(key(1), NftVerdict.goTo("n1"));
    assertThat(nft.commit(NftElements.add(VIPS, List.of(there)))).isEmpty();
    List<Request> requests = new ArrayList<>();
    requests.addAll(NftElements.delete(VIPS, List.of(NftElement.of(key(9))))); // is not there
    requests.addAll(NftElements.delete(VIPS, List.of(there)));
    requests.addAll(NftElements.add(VIPS, elements(10, 20)));

    List<Refusal> refused = nft.commit(requests);

    assertThat(refused).singleElement().satisfies(NftSocketKernelIT::isAboutTheFirst);
    assertThat(nft.elements(VIPS)).containsExactly(there);
    assertThat(nft.commit(NftElements.add(VIPS, List.of(there)))).isEmpty(); // it is the same
    NftElement other = NftElement.of(key(1), NftVerdict.goTo("n2"));
    assertThat(nft.commit(NftElements.add(VIPS, List.of(other))))
        .extracting(Refusal::errno)
        .containsExactly(Errno.EEXIST);
  }

  private static void isAboutTheFirst(Refusal refusal) {
    assertThat(refusal.index()).isZero();
    assertThat(refusal.errno()).isEqualTo(Errno.ENOENT);
    assertThat(refusal.isAbsence()).isTrue();
    assertThat(refusal)
        .hasToString(
            "delete from set vips of table inet dcosnet: ENOENT (no such file or directory)"
                + refusal.faultAt().stream()
                    .mapToObj(at -> " (at octet " + at + ")")
                    .findAny()
                    .orElse(""));
  }

  @Test
  void passesOverWhatIsNotThere() {
    assertThat(nft.commit(NftElements.add(VIPS, elements(0, 3)))).isEmpty();

    assertThat(nft.commit(NftElements.destroy(VIPS, elements(1, 9)))).isEmpty();

    assertThat(nft.elements(VIPS)).containsExactlyElementsOf(elements(0, 1));
  }

  @Test
  void doesNothingWhenSomebodyWasFaster() {
    NftGeneration before = nft.generation();
    network.run("nft", "add element inet dcosnet refused { 2001:db8::1 }");

    List<Refusal> refused = nft.commit(NftElements.add(VIPS, elements(0, 2000)), before);

    assertThat(refused)
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.index()).isEqualTo(-1);
              assertThat(refusal.errno()).isEqualTo(Errno.ERESTART);
            });
    assertThat(nft.elements(VIPS)).isEmpty();
    assertThat(nft.commit(NftElements.add(VIPS, elements(0, 2000)), nft.generation())).isEmpty();
    assertThat(nft.elements(VIPS)).hasSize(2000);
  }

  @Test
  void loadsTensOfThousandsAtOnce() {
    List<NftElement> many = elements(0, 60_000);

    assertThat(nft.commit(NftElements.add(VIPS, many))).isEmpty();

    assertThat(nft.elements(VIPS)).hasSize(60_000);
    assertThat(new HashSet<>(nft.elements(VIPS))).isEqualTo(new HashSet<>(many));
    assertThat(nft.commit(NftElements.delete(VIPS, many))).isEmpty();
    assertThat(nft.elements(VIPS)).isEmpty();
  }

  @Test
  void hearsWhoChangedWhat() {
    try (NetlinkMonitor monitor =
        network
            .namespace()
            .call(() -> NetlinkMonitor.open(NetlinkProtocol.NETFILTER, NftGeneration.GROUP))) {
      List<NftElement> told = new ArrayList<>();
      List<NftGeneration> generations = new ArrayList<>();
      assertThat(nft.commit(NftElements.add(VIPS, elements(0, 2)))).isEmpty();
      network.run("nft", "delete element inet dcosnet vips { 198.51.0.1 . tcp . 80 }");

      NetlinkMonitor.Listener listener =
          new NetlinkMonitor.Listener() {
            @Override
            public void changed(Message message) {
              if (message.type() == NftElements.NEW || message.type() == NftElements.DELETED) {
                assertThat(NftElements.set(message)).isEqualTo(VIPS);
                told.addAll(NftElements.read(message));
              } else if (message.type() == NftGeneration.NEW) {
                generations.add(NftGeneration.read(message));
              }
            }

            @Override
            public void lost() {
              throw new AssertionError("lost");
            }
          };
      await().until(() -> monitor.await(Duration.ZERO, listener) && generations.size() == 2);
      assertThat(told).hasSize(3).startsWith(elements(0, 2).toArray(new NftElement[0]));
      assertThat(generations.get(0).thread()).isEqualTo(nft.generation().thread());
      assertThat(generations.get(1).thread()).isNotEqualTo(nft.generation().thread());
      assertThat(nft.generation().number()).isEqualTo(generations.get(1).number());
    }
  }

  @Test
  void saysWhichSetIsNotThere() {
    NftSet none = new NftSet(NftFamily.IP6, "none", "vips");

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> nft.elements(none))
        .withMessageStartingWith("list set vips of table ip6 none: ENOENT");
  }

  @Test
  void tellsTextAndJson() {
    assertThat(tables.run("list tables")).isEqualTo("table inet dcosnet\n");
    assertThat(tables.runJson("list tables"))
        .startsWith("{\"nftables\":")
        .contains("{\"family\": \"inet\", \"name\": \"dcosnet\"");
    assertThat(
            tables.runJson(
                "{\"nftables\": [{\"delete\": {\"table\":"
                    + " {\"family\": \"inet\", \"name\": \"dcosnet\"}}}]}"))
        .isEmpty();
    assertThat(network.run("nft", "list", "tables")).isEmpty();
  }

  @Test
  void repeatsTheWordsOfNft() {
    assertThatExceptionOfType(NftException.class)
        .isThrownBy(() -> tables.run("add table inet x; add chain inet nothing c"))
        .withMessageContaining("nftables: ")
        .withMessageContaining("No such file or directory")
        .withMessageContaining("add chain inet nothing c");
    assertThat(tables.run("list tables")).isEqualTo("table inet dcosnet\n");
    assertThatExceptionOfType(NftException.class)
        .isThrownBy(() -> tables.run("bogus"))
        .withMessageContaining("syntax error");
  }

  @Test
  void doesNothingAfterItWasClosed() {
    tables.close();
    tables.close();

    assertThatIllegalStateException().isThrownBy(() -> tables.run("list tables"));
    assertThat(NftLibrary.missing("libdcosnet-none.so.1"))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("libdcosnet-none.so.1 cannot be loaded: ")
                    .endsWith("(Debian: libnftables1)"));
  }

  private static List<NftElement> elements(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> NftElement.of(key(i), NftVerdict.goTo(i % 2 == 0 ? "n1" : "n2")))
        .toList();
  }

  private static Bytes key(int number) {
    return new NftFields().address(vip(number)).protocol(Protocol.TCP).port(80).toBytes();
  }

  private static IpAddress vip(int number) {
    return IpAddress.ofIpv4(0xc633_0000 + number);
  }
}
