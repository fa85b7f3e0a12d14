// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of a network configuration, by the JSON that breaks it. */
class ConfigRulesTest {

  private static final String VTEP =
      "'vtep_subnet':'44.128.0.0/20','vtep_mac_oui':'70:B3:D5:00:00:00'";
  private static final String DCOS = "{'name':'dcos','subnet':'9.0.0.0/8','prefix':24}";

  @Test
  void acceptsTheExampleOfTheDocumentation() {
    ConfigCheck check =
        check(
            "{'vtep_subnet':'44.128.0.0/20','vtep_subnet6':'fd01:a::/64',"
                + "'vtep_mac_oui':'70:B3:D5:00:00:00','vtep_mtu':1500,'overlays':["
                + "{'name':'dcos','subnet':'9.0.0.0/8','prefix':24,'enabled':true},"
                + "{'name':'dcos6','subnet6':'fd01:b::/64','prefix6':80}]}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).isEmpty();
    NetworkConfig config = check.orElseThrow();
    assertThat(config.vtepMtu()).hasValue(1500);
    assertThat(config.vtepName()).isEqualTo("vtep1024");
    assertThat(config.vxlanPort()).isEqualTo(64000);
    assertThat(config.overlays()).extracting(OverlayConfig::name).containsExactly("dcos", "dcos6");
    assertThat(config.overlay("dcos").orElseThrow().pools()).isEqualTo(PoolConfig.DEFAULTS);
  }

  @Test
  void tellsHowMuchFits() {
    ConfigCheck check =
        check("{" + VTEP + ",'vtep_subnet6':'fd01:a::/64','overlays':[" + DCOS + "]}");

    assertThat(check.agents()).isEqualTo(4094);
    assertThat(check.capacities())
        .extracting(Capacity::toString)
        .containsExactly(
            "vtep_subnet: VTEP 44.128.0.0/20 (4094 agents)",
            "vtep_subnet6: VTEP fd01:a::/64 (18446744073709551614 agents)",
            "overlays[0].subnet: dcos 9.0.0.0/8 (65536 agents, each 2 x 125 container addresses)");
  }

  @Test
  void reservedRangesLeaveLess() {
    ConfigCheck check =
        check(
            "{"
                + VTEP
                + ",'reserved':['44.128.0.0/24','9.1.0.0/16'],'overlays':[{'name':'dcos',"
                + "'subnet':'9.0.0.0/8','prefix':24,'reserved':['9.0.0.0/24','9.0.1.7/32']}]}");

    assertThat(check.capacities().get(0).agents()).isEqualTo(4094 - 255);
    assertThat(check.capacities().get(1).agents()).isEqualTo(65_536 - 256 - 2);
  }

  @ParameterizedTest
  @CsvSource({
    "fd01:b::/64, 80, 65536",
    "fd00::/32, 64, 4294967296",
    "fd00::/8, 120, 5192296858534827628530496329220096"
  })
  void hugeSpacesAreCountedWithoutListingThem(String subnet, int prefix, BigInteger agents) {
    ConfigCheck check =
        overlay("{'name':'six','subnet6':'" + subnet + "','prefix6':" + prefix + "}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.capacities().get(1).agents()).isEqualTo(agents);
  }

  @Test
  void oneDocumentShowsAllItsProblemsAtOnce() {
    ConfigCheck check =
        check(
            "{'vtep_subnet':'44.128.0.1/20','vtep_mac_oui':'71:B3:D5:00:00:01','vtep_mtu':100,"
                + "'colour':'red','overlays':["
                + "{'name':'host','subnet':'9.0.0.0/8','prefix':24},"
                + "{'name':'host','subnet':'9.1.0.0/16','prefix':31},"
                + "{'subnet6':'9.2.0.0/16'}]}");

    assertThat(check.problems())
        .extracting(problem -> problem.code() + " " + problem.option())
        .containsExactly(
            "HOST_BITS vtep_subnet",
            "OUI_LOWER_BITS vtep_mac_oui",
            "OUI_MULTICAST vtep_mac_oui",
            "MTU_RANGE vtep_mtu",
            "TAKEN_NAME overlays[0].name",
            "TAKEN_NAME overlays[1].name",
            "DUPLICATE_NAME overlays[1].name",
            "PREFIX_RANGE overlays[1].prefix",
            "MISSING overlays[2].name",
            "WRONG_FAMILY overlays[2].subnet6",
            "SUBNETS_OVERLAP overlays[1].subnet",
            "SUBNETS_OVERLAP overlays[2].subnet6");
    assertThat(check.warnings()).extracting(ConfigProblem::code).containsExactly("UNKNOWN_FIELD");
    assertThat(check.config()).isEmpty();
    assertThat(check.problems().get(0))
        .hasToString("vtep_subnet: 44.128.0.1/20 (expected: 44.128.0.0/20)");
  }

  @ParameterizedTest // V1
  @ValueSource(strings = {"", ",'overlays':[]", ",'overlays':null"})
  void demandsAnOverlay(String overlays) {
    assertProblem(check("{" + VTEP + overlays + "}"), "NO_OVERLAYS", "overlays");
  }

  @Test // V2
  void namesAreUnique() {
    ConfigCheck check = overlays(DCOS, "{'name':'dcos','subnet':'10.0.0.0/8','prefix':24}");

    assertProblem(check, "DUPLICATE_NAME", "overlays[1].name");
  }

  @Test // V2
  void namesThatDifferInCaseOnlyAreAWarning() {
    ConfigCheck check = overlays(DCOS, "{'name':'DCOS','subnet':'10.0.0.0/8','prefix':24}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).extracting(ConfigProblem::code).containsExactly("SIMILAR_NAME");
  }

  @ParameterizedTest // V3
  @ValueSource(strings = {"host", "bridge", "default", "none"})
  void namesWithAMeaningElsewhereAreRefused(String name) {
    assertProblem(
        overlay("{'name':'" + name + "','subnet':'9.0.0.0/8','prefix':24}"),
        "TAKEN_NAME",
        "overlays[0].name");
  }

  @ParameterizedTest // V4
  @ValueSource(strings = {"", "fourteen-chars", "-x", ".x", "a b", "a/b", "ü", "a\\u0000b", "x\\n"})
  void namesFitIntoDeviceNamesAndIntoCni(String name) {
    assertProblem(
        overlay("{'name':'" + name + "','subnet':'9.0.0.0/8','prefix':24}"),
        "BAD_NAME",
        "overlays[0].name");
  }

  @ParameterizedTest // V4
  @ValueSource(strings = {"x", "thirteen.cha_", "9-a"})
  void namesUpToThirteenCharactersAreTaken(String name) {
    assertThat(overlay("{'name':'" + name + "','subnet':'9.0.0.0/8','prefix':24}").ok()).isTrue();
  }

  @ParameterizedTest // V5
  @CsvSource({
    "9.0.0.0, BAD_SUBNET",
    "9.0.0.0/33, BAD_SUBNET",
    "9.0.0.0/08, BAD_SUBNET",
    "9.0.0/8, BAD_SUBNET",
    "9.0.0.0/-1, BAD_SUBNET",
    "'', BAD_SUBNET",
    "/, BAD_SUBNET",
    "fd01:b::/129, BAD_SUBNET",
    "example.org/8, BAD_SUBNET",
    "9.0.0.0/8\\u0000, BAD_SUBNET",
    "9.0.0.1/8, HOST_BITS",
    "255.255.255.255/31, HOST_BITS",
    "fd01:b::/64, WRONG_FAMILY"
  })
  void subnetsAreNetworksOfTheirFamily(String subnet, String code) {
    ConfigCheck check = overlay("{'name':'dcos','subnet':'" + subnet + "','prefix':24}");

    assertProblem(check, code, "overlays[0].subnet");
  }

  @ParameterizedTest // V5, I.15
  @ValueSource(strings = {"::ffff:9.0.0.0/104", "::ffff:0:0/96", "::/0", "::/64"})
  void ipv4InIpv6ClothesIsRefused(String subnet) {
    ConfigCheck check = overlay("{'name':'six','subnet6':'" + subnet + "','prefix6':110}");

    assertProblem(check, "IPV4_MAPPED", "overlays[0].subnet6");
  }

  @Test // V6
  void overlappingOverlaysNameEachOther() {
    ConfigCheck check =
        overlays(
            "{'name':'inner','subnet':'9.1.0.0/16','prefix':24}",
            DCOS,
            "{'name':'apart','subnet':'10.0.0.0/8','prefix':24}");

    assertThat(check.problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "overlays[0].subnet: 9.1.0.0/16 of overlay inner (expected: no address in common with"
                + " overlay dcos, overlays[1].subnet 9.0.0.0/8)");
  }

  @Test // V6
  void overlaysDoNotOverlapWithTheVtepPools() {
    ConfigCheck check =
        check(
            "{"
                + VTEP
                + ",'vtep_subnet6':'fd01:a::/64','overlays':["
                + "{'name':'a','subnet':'44.0.0.0/8','prefix':24,"
                + "'subnet6':'fd01:a:0:0:8000::/65','prefix6':80}]}");

    assertThat(check.problems())
        .extracting(problem -> problem.code() + " " + problem.option())
        .containsExactlyInAnyOrder(
            "SUBNETS_OVERLAP vtep_subnet", "SUBNETS_OVERLAP overlays[0].subnet6");
  }

  @ParameterizedTest // V6
  @ValueSource(
      strings = {"127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/4", "11.0.0.0/8", "198.51.100.0/24"})
  void rangesThatHostsUseAreAWarning(String subnet) {
    ConfigCheck check = overlay("{'name':'dcos','subnet':'" + subnet + "','prefix':28}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).extracting(ConfigProblem::code).containsExactly("SPECIAL_RANGE");
  }

  @ParameterizedTest // V7
  @ValueSource(strings = {"44.0.0.0/7", "0.0.0.0/0", "44.128.0.0/31", "44.128.0.1/32"})
  void theVtepPoolLeavesRoomForMacAddresses(String subnet) {
    ConfigCheck check =
        check(
            "{'vtep_subnet':'"
                + subnet
                + "','vtep_mac_oui':'70:B3:D5:00:00:00','overlays':[{'name':'six',"
                + "'subnet6':'fd01:b::/64','prefix6':80}]}");

    assertProblem(check, "VTEP_PREFIX", "vtep_subnet");
  }

  @ParameterizedTest // V8
  @CsvSource({
    "70:B3:D5:00:00:01, OUI_LOWER_BITS",
    "71:B3:D5:00:00:00, OUI_MULTICAST",
    "70:B3:D5, BAD_MAC",
    "70:B3:D5:00:00:GG, BAD_MAC",
    "70-B3-D5-00-00-00, BAD_MAC",
    "'', BAD_MAC"
  })
  void theOuiIsAnOui(String mac, String code) {
    ConfigCheck check =
        check(
            "{'vtep_subnet':'44.128.0.0/20','vtep_mac_oui':'"
                + mac
                + "','overlays':["
                + DCOS
                + "]}");

    assertProblem(check, code, "vtep_mac_oui");
  }

  @Test // V9
  void aSubnetNeedsItsPrefix() {
    assertProblem(overlay("{'name':'dcos','subnet':'9.0.0.0/8'}"), "MISSING", "overlays[0].prefix");
    assertProblem(
        overlay("{'name':'six','subnet6':'fd01:b::/64','prefix':24}"),
        "MISSING",
        "overlays[0].prefix6");
  }

  @ParameterizedTest // V10, I.15
  @CsvSource({
    "9.0.0.0/8, 7",
    "9.0.0.0/8, 0",
    "9.0.0.0/8, -1",
    "9.0.0.0/8, 30",
    "9.0.0.0/8, 31",
    "9.0.0.0/8, 32",
    "9.0.0.0/8, 2147483647",
    "9.0.0.0/30, 30",
    "255.255.255.255/32, 32"
  })
  void piecesHaveRoomForAGatewayAndAContainerInEachHalf(String subnet, int prefix) {
    assertProblem(
        overlay("{'name':'dcos','subnet':'" + subnet + "','prefix':" + prefix + "}"),
        "PREFIX_RANGE",
        "overlays[0].prefix");
  }

  @ParameterizedTest // V10
  @CsvSource({"8, 29, 2", "29, 29, 2", "30, 30, 1", "8, 28, 4"})
  void theSmallestPiecesAreTaken(int length, int prefix, int pools) {
    String ids = pools(pools);
    ConfigCheck check =
        overlay(
            "{'name':'x','subnet':'9.0.0.0/"
                + length
                + "','prefix':"
                + prefix
                + ",'pools':"
                + ids
                + "}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.capacities().get(1).containers()).isEqualTo(1);
  }

  @ParameterizedTest // V10
  @CsvSource({"125, 2, true", "126, 2, false", "126, 1, true", "127, 1, false", "128, 1, false"})
  void ipv6PiecesHaveRoomToo(int prefix, int pools, boolean ok) {
    ConfigCheck check =
        overlay(
            "{'name':'x','subnet6':'fd01:b::/64','prefix6':"
                + prefix
                + ",'pools':"
                + pools(pools)
                + "}");

    assertThat(check.ok()).isEqualTo(ok);
  }

  @Test // V11
  void ipv4PiecesAreAtMostAsManyAsVtepAddresses() {
    String overlays = "'overlays':[{'name':'x','subnet':'128.0.0.0/2','prefix':27}]}";

    assertProblem(check("{" + VTEP + "," + overlays), "TOO_MANY_PIECES", "overlays[0].prefix");
    assertThat(check("{" + VTEP + "," + overlays.replace("27", "26")).problems()).isEmpty();
  }

  @ParameterizedTest // V12
  @CsvSource({
    "552, false, true",
    "551, false, false",
    "0, false, false",
    "65535, false, true",
    "65536, false, false",
    "1279, true, false",
    "1280, true, true"
  })
  void theMtuServesTheFamiliesInUse(int mtu, boolean ipv6, boolean ok) {
    String overlay = ipv6 ? "{'name':'six','subnet6':'fd01:b::/64','prefix6':80}" : DCOS;

    assertThat(check("{" + VTEP + ",'vtep_mtu':" + mtu + ",'overlays':[" + overlay + "]}").ok())
        .isEqualTo(ok);
  }

  @Test // V14
  void unknownFieldsAreAWarningWithTheKnownOnes() {
    ConfigCheck check =
        check(
            "{"
                + VTEP
                + ",'vtep_subnett':1,'overlays':[{'name':'dcos','subnet':'9.0.0.0/8',"
                + "'prefix':24,'prefix_6':[],'pools':[{'id':'all','bridge':'b-','x':null}]}]}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings())
        .extracting(ConfigProblem::option)
        .containsExactly("overlays[0].pools[0].x", "overlays[0].prefix_6", "vtep_subnett");
    assertThat(check.warnings().get(0).expected()).isEqualTo("one of bridge, id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'vni':0|VNI_RANGE|vni",
        "'vni':16777216|VNI_RANGE|vni",
        "'vtep_name':'sixteen-letters-'|VTEP_NAME|vtep_name",
        "'vtep_name':''|VTEP_NAME|vtep_name",
        "'vxlan_port':0|PORT_RANGE|vxlan_port",
        "'vxlan_port':65536|PORT_RANGE|vxlan_port",
        "'backend':'geneve'|BACKEND|backend",
        "'reserved':['10.0.0.0/8']|RESERVED_OUTSIDE|reserved[0]",
        "'reserved':['9.0.0.0/7']|HOST_BITS|reserved[0]",
        "'reserved':['44.128.0.0/20']|NOTHING_LEFT|vtep_subnet",
        "'reuse_delay':'-1s'|BAD_DURATION|reuse_delay",
        "'reuse_delay':600|WRONG_TYPE|reuse_delay",
        "'reuse_delay':'5 parsecs'|BAD_DURATION|reuse_delay",
        "'delete_guard':'367days'|DURATION_RANGE|delete_guard",
        "'quorum_wait':'367days'|DURATION_RANGE|quorum_wait",
        "'auto_reclaim_after':'23h'|RECLAIM_TOO_SOON|auto_reclaim_after",
        "'auto_reclaim_after':'367days'|DURATION_RANGE|auto_reclaim_after",
        "'vtep_name':'m-dcos'|DEVICE_CLASH|overlays[0].pools[0].bridge",
        "'vtep_subnet6':'10.0.0.0/8'|WRONG_FAMILY|vtep_subnet6",
        "'vtep_subnet6':'fd01:a::/127'|VTEP_PREFIX|vtep_subnet6",
        "'vtep_mtu':1500.5|WRONG_TYPE|vtep_mtu",
        "'vtep_mtu':99999999999|WRONG_TYPE|vtep_mtu",
        "'vtep_mtu':'1500'|WRONG_TYPE|vtep_mtu"
      })
  void ourOptionsAreChecked(String option, String code, String at) {
    assertProblem(check("{" + VTEP + "," + option + ",'overlays':[" + DCOS + "]}"), code, at);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|POOL_COUNT|pools",
        "[{'id':'a','bridge':'a-'},{'id':'b','bridge':'b-'},{'id':'c','bridge':'c-'}]|POOL_COUNT|pools",
        "[{'id':'a','bridge':'a-'},{'id':'a','bridge':'b-'}]|POOL_ID|pools[1].id",
        "[{'id':'A','bridge':'a-'}]|POOL_ID|pools[0].id",
        "[{'bridge':'a-'}]|MISSING|pools[0].id",
        "[{'id':'a'}]|MISSING|pools[0].bridge",
        "[{'id':'a','bridge':'eleven-char'}]|OK|",
        "[{'id':'a','bridge':'twelve-chars'}]|BRIDGE_NAME|pools[0].bridge",
        "[{'id':'a','bridge':'a/'}]|BRIDGE_NAME|pools[0].bridge",
        "[{'id':'a','bridge':'x-'},{'id':'b','bridge':'x-'}]|DEVICE_CLASH|pools[1].bridge",
        "{}|WRONG_TYPE|pools",
        "[3]|WRONG_TYPE|pools[0]"
      })
  void poolsCutAPieceIntoEqualRanges(String pools, String code, String at) {
    ConfigCheck check =
        overlay("{'name':'dcos','subnet':'9.0.0.0/8','prefix':24,'pools':" + pools + "}");

    if (code.equals("OK")) {
      assertThat(check.problems()).isEmpty();
    } else {
      assertProblem(check, code, "overlays[0]." + at);
    }
  }

  @Test
  void aPoolOutsideItsOverlayIsNotReserved() {
    ConfigCheck check =
        overlay("{'name':'a','subnet':'9.0.0.0/8','prefix':24,'reserved':['10.0.0.0/24']}");

    assertProblem(check, "RESERVED_OUTSIDE", "overlays[0].reserved[0]");
  }

  @Test
  void portsThatHypervisorsTakeAreAWarning() {
    ConfigCheck check = check("{" + VTEP + ",'vxlan_port':4789,'overlays':[" + DCOS + "]}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings())
        .extracting(ConfigProblem::code)
        .containsExactly("INTERCEPTED_PORT");
  }

  @Test
  void aPrefixWithoutSubnetIsAWarning() {
    ConfigCheck check = overlay("{'name':'dcos','subnet':'9.0.0.0/8','prefix':24,'prefix6':80}");

    assertThat(check.problems()).isEmpty();
    assertThat(check.warnings()).extracting(ConfigProblem::code).containsExactly("UNUSED");
  }

  private static String pools(int count) {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append("{'id':'p" + i + "','bridge':'b" + i + "-'}");
    }
    return json.append("]").toString();
  }

  private static ConfigCheck overlay(String overlay) {
    return overlays(overlay);
  }

  private static ConfigCheck overlays(String... overlays) {
    return check("{" + VTEP + ",'overlays':[" + String.join(",", overlays) + "]}");
  }

  private static ConfigCheck check(String json) {
    return NetworkConfig.check(json.replace('\'', '"'));
  }

  private static void assertProblem(ConfigCheck check, String code, String option) {
    assertThat(check.config()).isEmpty();
    assertThat(check.capacities()).isEmpty();
    assertThat(check.problems())
        .extracting(problem -> List.of(problem.code(), problem.option()))
        .containsExactly(List.of(code, option));
  }
}
