// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a master finds when it opens its store. */
class RecoveryTest {

  private static final String JSON =
      "{'vtep_subnet':'44.128.0.0/28','vtep_subnet6':'fd01:a::/64',"
          + "'vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
          + "{'name':'a','subnet':'9.0.0.0/16','prefix':24}]}";

  private final Cluster cluster = Cluster.of(JSON);
  private final NetworkConfig config = cluster.state().config();

  @BeforeEach
  void registerThreeAgents() {
    cluster.register(1);
    cluster.register(2);
    cluster.register(3);
    cluster.remove(3);
  }

  @Test
  void anEmptyStoreIsGivenItsFormatAndConfiguration() {
    Cluster fresh = Cluster.of(JSON);

    assertThat(fresh.entries().keySet()).containsExactly("config", "format");
    assertThat(fresh.value("format")).isEqualTo("1");
    assertThat(NetworkConfig.parse(fresh.value("config"))).isEqualTo(config);
  }

  @Test
  void eachElementHasAKeyWithItsOwner() {
    assertThat(cluster.entries().keySet())
        .containsExactly(
            "agents/" + id(1),
            "agents/" + id(2),
            "config",
            "format",
            "subnets/a/9.0.0.0-24",
            "subnets/a/9.0.1.0-24",
            "tombstones/" + id(3),
            "vtep/44.128.0.1",
            "vtep/44.128.0.2",
            "vtep6/fd01:a::1",
            "vtep6/fd01:a::2");
    assertThat(value("vtep/44.128.0.2")).isEqualTo(id(2).toString());
    assertThat(value("agents/" + id(1)))
        .isEqualTo(
            "{\"ip\":\"192.0.2.1\",\"vtep\":\"44.128.0.1/28\",\"vtep6\":\"fd01:a::1/64\","
                + "\"overlays\":{\"a\":{\"subnet\":\"9.0.0.0/24\"}}}");
    assertThat(value("tombstones/" + id(3)))
        .isEqualTo(
            "{\"released\":[{\"pool\":\"vtep\",\"element\":\"44.128.0.3\",\"number\":1},"
                + "{\"pool\":\"vtep6\",\"element\":\"fd01:a::3\",\"number\":1},"
                + "{\"pool\":\"subnets/a\",\"element\":\"9.0.2.0/24\",\"number\":1}]}");
  }

  @Test
  void nothingIsWrittenWhenNothingIsNew() {
    Recovery recovery = Recovery.of(cluster.snapshot(), config, 0);

    assertThat(((Recovery.Recovered) recovery).changes().isEmpty()).isTrue();
  }

  @Test
  void aNewOverlayIsInForceAtOnce() {
    NetworkConfig more =
        NetworkConfig.parse(
            JSON.replace("}]}", "},{'name':'b','subnet':'10.0.0.0/16','prefix':24}]}")
                .replace('\'', '"'));

    Recovery recovery = cluster.restart(more);

    assertThat(((Recovery.Recovered) recovery).blockers()).isEmpty();
    assertThat(cluster.assigned(1).subnetsOf("b")).isPresent();
    assertThat(NetworkConfig.parse(value("config"))).isEqualTo(more);
  }

  @Test
  void theReuseDelayStartsAnewAfterARestart() {
    Recovery.Recovered recovery =
        (Recovery.Recovered) Recovery.of(cluster.snapshot(), config, 5_000);

    long delay = config.reuseDelay().toNanos();
    assertThat(recovery.state().usage(PoolId.VTEP, 5_000 + delay - 1).orElseThrow().quarantined())
        .isEqualTo(1);
    assertThat(recovery.state().usage(PoolId.VTEP, 5_000 + delay).orElseThrow().quarantined())
        .isZero();
  }

  @Test
  void twoOwnersOfOneSubnetAreBothNamed() {
    put("agents/" + id(2), value("agents/" + id(2)).replace("9.0.1.0/24", "9.0.0.0/24"));

    List<Rejection> faults = faults();

    assertThat(faults)
        .filteredOn(fault -> fault.code().equals("TWO_OWNERS"))
        .extracting(Rejection::detail)
        .containsExactly("subnets/a 9.0.0.0/24: both " + id(1) + " and " + id(2));
  }

  @Test
  void twoAgentsAtOneAddressAreBothNamed() {
    put("agents/" + id(2), value("agents/" + id(2)).replace("192.0.2.2", "192.0.2.1"));

    assertThat(faults())
        .extracting(Rejection::detail)
        .containsExactly("address 192.0.2.1: both " + id(1) + " and " + id(2));
  }

  @Test
  void anElementKeyWithAnotherOwnerIsAFault() {
    put("vtep/44.128.0.1", id(2).toString());

    assertThat(faults()).extracting(Rejection::code).containsExactly("ELEMENT_MISMATCH");
  }

  @Test
  void anElementKeyWithoutARecordIsAFault() {
    put("vtep/44.128.0.9", id(2).toString());

    assertThat(faults()).extracting(Rejection::subject).containsExactly("vtep/44.128.0.9");
  }

  @Test
  void aRecordWithoutItsElementKeyIsAFault() {
    cluster.entries().remove("subnets/a/9.0.0.0-24");

    assertThat(faults()).extracting(Rejection::subject).containsExactly("subnets/a/9.0.0.0-24");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "44.128.0.0",
        "44.128.0.15",
        "44.128.0.16",
        "44.127.255.255",
        "255.255.255.255",
        "0.0.0.0"
      })
  void aVtepOutsideItsPoolIsAFault(String vtep) {
    put("agents/" + id(1), value("agents/" + id(1)).replace("44.128.0.1/28", vtep + "/28"));
    cluster.entries().remove("vtep/44.128.0.1");
    put("vtep/" + vtep, id(1).toString());

    assertThat(faults()).extracting(Rejection::code).containsExactly("OUTSIDE_POOL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"ip\":\"192.0.2.1\"}",
        "{\"ip\":1,\"vtep\":\"44.128.0.1/28\"}",
        "{\"ip\":\"192.0.2.1\",\"vtep\":\"fd01:a::1/64\"}",
        "{\"ip\":\"192.0.2.1\",\"vtep\":\"44.128.0.1/28\",\"overlays\":{\"a\":{}}}",
        "{\"ip\":\"192.0.2.1\",\"vtep\":\"44.128.0.1/28\",\"overlays\":{\"a\":{\"subnet\":\"9.0.0.1/24\"}}}",
        "{\"ip\":\"192.0.2.1\",\"vtep\":\"44.128.0.1/28\",\"overlays\":{\"a\":{\"subnet\":\"fd01::/64\"}}}"
      })
  void recordsThatCannotBeReadAreNamed(String json) {
    put("agents/" + id(1), json);

    assertThat(faults())
        .filteredOn(fault -> fault.code().equals("UNREADABLE"))
        .extracting(Rejection::subject)
        .containsExactly("agents/" + id(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"released\":[]}",
        "{\"released\":[1]}",
        "{\"released\":[{\"pool\":\"x\",\"element\":\"44.128.0.3\",\"number\":1}]}",
        "{\"released\":[{\"pool\":\"vtep\",\"element\":\"44.128.0.3/32\",\"number\":1}]}",
        "{\"released\":[{\"pool\":\"vtep\",\"element\":\"44.128.0.3\",\"number\":-1}]}",
        "{\"released\":[{\"pool\":\"vtep\",\"element\":\"44.128.0.3\",\"number\":1.5}]}"
      })
  void tombstonesThatCannotBeReadAreNamed(String json) {
    put("tombstones/" + id(3), json);

    assertThat(faults()).extracting(Rejection::code).containsExactly("UNREADABLE");
  }

  @Test
  void keysWithoutAnIdAreNamed() {
    put("agents/root", value("agents/" + id(1)));

    assertThat(faults()).extracting(Rejection::subject).contains("agents/root");
  }

  @Test
  void keysThatNobodyKnowsAreLeftAlone() {
    put("notes/1", "from a later version");

    assertThat(Recovery.of(cluster.snapshot(), config, 0)).isInstanceOf(Recovery.Recovered.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "", "1.0"})
  void anotherFormatIsNotTouched(String format) {
    put("format", format);

    assertThat(faults()).extracting(Rejection::code).containsExactly("UNKNOWN_FORMAT");
  }

  @Test
  void aStoreWithoutFormatIsNotTouched() {
    cluster.entries().remove("format");

    assertThat(faults()).extracting(Rejection::code).containsExactly("UNKNOWN_FORMAT");
  }

  @Test
  void anUnreadableConfigurationIsReplacedByOneThatFits() {
    put("config", "{}");

    Recovery recovery = cluster.restart(config);

    assertThat(recovery).isInstanceOf(Recovery.Recovered.class);
    assertThat(NetworkConfig.parse(value("config"))).isEqualTo(config);
  }

  @Test
  void anUnreadableConfigurationAndOneThatDoesNotFitStopTheStart() {
    put("config", "{}");
    NetworkConfig other =
        NetworkConfig.parse(JSON.replace("'name':'a'", "'name':'b'").replace('\'', '"'));

    Recovery recovery = Recovery.of(cluster.snapshot(), other, 0);

    assertThat(((Recovery.Damaged) recovery).faults())
        .extracting(Rejection::code)
        .contains("CONFIG_IN_THE_WAY");
  }

  @Test
  void aTombstoneOfSomethingThatHasAnOwnerIsForgotten() {
    put("tombstones/" + id(3), value("tombstones/" + id(3)).replace("44.128.0.3", "44.128.0.1"));

    Recovery.Recovered recovered = (Recovery.Recovered) Recovery.of(cluster.snapshot(), config, 0);

    assertThat(Allocator.verify(recovered.state())).isEmpty();
    assertThat(recovered.state().agents()).hasSize(2);
  }

  private List<Rejection> faults() {
    Recovery recovery = Recovery.of(cluster.snapshot(), config, 0);
    assertThat(recovery).isInstanceOf(Recovery.Damaged.class);
    return ((Recovery.Damaged) recovery).faults();
  }

  private String value(String key) {
    return cluster.value(key);
  }

  private void put(String key, String value) {
    cluster.entries().put(key, new DurableStore.Versioned(Bytes.utf8(value), 1));
  }
}
