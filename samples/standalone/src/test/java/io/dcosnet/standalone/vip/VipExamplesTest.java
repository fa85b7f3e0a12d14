// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From what Mesos tells of a task, in its own JSON, to its VIPs. */
class VipExamplesTest {

  private static final String CLUSTER =
      """
      {'type':'GET_STATE','get_state':{
       'get_frameworks':{'frameworks':[
        {'framework_info':{'name':'marathon','id':{'value':'F1'}},'active':true}]},
       'get_agents':{'agents':[
        {'agent_info':{'hostname':'10.0.0.243','id':{'value':'A1'}},
         'active':true,'pid':'slave(1)@10.0.0.243:5051'}]},
       'get_tasks':{'tasks':[%s]}}}
      """;

  private static final String TASK =
      """
      {'name':'%1$s','task_id':{'value':'%1$s.1'},'framework_id':{'value':'F1'},
       'agent_id':{'value':'A1'},'state':'TASK_RUNNING',%2$s}
      """;

  private static final String MERP =
      """
      {'task_id':{'value':'app.1'},'framework_id':{'value':'F1'},'agent_id':{'value':'A1'},
       'name':'app','state':'%1$s',
       'container':{'type':'MESOS','network_infos':[{'name':'mesos-bridge','port_mappings':[
        {'host_port':12049,'container_port':80,'protocol':'tcp'}]}]},
       'discovery':{'visibility':'FRAMEWORK','name':'app','ports':{'ports':[
        {'number':12049,'name':'http','protocol':'tcp','labels':{'labels':[
         {'key':'VIP_0','value':'/merp:5000'},{'key':'network-scope','value':'host'}]}}]}},
       'statuses':[{'state':'%1$s','timestamp':2.0,'healthy':%2$s,
        'container_status':{'network_infos':[{'ip_addresses':[{'ip_address':'9.0.1.29'}]}]}}]}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "TASK_RUNNING, true, ''",
    "TASK_RUNNING, false, ' (sick)'",
    "TASK_KILLING, true, ' (sick)'"
  })
  void sendsToTheNodesPortOfAPortMapping(String state, boolean healthy, String mark) {
    assertThat(list(MERP.formatted(state, healthy)).vips())
        .containsExactly(
            "tcp merp.marathon 11.250.208.155:5000 > 10.0.0.243:12049 on 10.0.0.243" + mark);
  }

  @Test
  void forgetsAVipWithItsLastTask() {
    assertThat(list(MERP.formatted("TASK_FINISHED", true)).vips()).isEmpty();
    assertThat(list("").vips()).isEmpty();
  }

  @Test
  void servesBothFamiliesOfAName() {
    String web =
        TASK.formatted(
            "web",
            ports(8080, "tcp", "container", "/web:80") + "," + running("9.0.2.5", "fd01:b::5"));

    assertThat(list(web).vips())
        .containsExactly(
            "tcp web.marathon 11.225.37.143:80 > 9.0.2.5:8080 on 10.0.0.243",
            "tcp web.marathon [fd01:c::cb8:74fe:906b:dee]:80 > [fd01:b::5]:8080 on 10.0.0.243");
  }

  @Test
  void servesTheFamilyOfAnAddressOnly() {
    String web =
        TASK.formatted(
            "web",
            ports(8080, "tcp", "container", "1.2.3.4:80") + "," + running("9.0.2.5", "fd01:b::5"));

    assertThat(list(web).vips()).containsExactly("tcp 1.2.3.4:80 > 9.0.2.5:8080 on 10.0.0.243");
  }

  @Test
  void makesAVipOfEachLabelAndProtocol() {
    // As Marathon splits a port definition with the protocol "tcp,udp".
    String labels =
        "'labels':{'labels':[{'key':'VIP_0','value':'/dns:53'},"
            + "{'key':'VIP_1','value':'10.1.1.1:5353'}]}";
    String dns =
        TASK.formatted(
            "dns",
            "'discovery':{'name':'dns','ports':{'ports':["
                + "{'number':31000,'protocol':'tcp',"
                + labels
                + "},{'number':31000,'protocol':'udp',"
                + labels
                + "}]}},"
                + running("10.0.0.243"));

    assertThat(list(dns).vips())
        .containsExactlyInAnyOrder(
            "tcp dns.marathon 11.38.121.234:53 > 10.0.0.243:31000 on 10.0.0.243",
            "udp dns.marathon 11.38.121.234:53 > 10.0.0.243:31000 on 10.0.0.243",
            "tcp 10.1.1.1:5353 > 10.0.0.243:31000 on 10.0.0.243",
            "udp 10.1.1.1:5353 > 10.0.0.243:31000 on 10.0.0.243");
  }

  @Test
  void countsPortResourcesForLabelsOfTasks() {
    String foo =
        TASK.formatted(
            "foo",
            "'resources':[{'name':'cpus','type':'SCALAR','scalar':{'value':1}},"
                + "{'name':'ports','type':'RANGES','ranges':{'range':["
                + "{'begin':31000,'end':31001}]}},"
                + "{'name':'ports','type':'SCALAR','scalar':{'value':32000}}],"
                + "'labels':{'labels':[{'key':'VIP_PORT0','value':'tcp:///foo:80'},"
                + "{'key':'vip_port2','value':'udp://foo:81'},"
                + "{'key':'VIP_PORT3','value':'tcp:///foo:82'}]},"
                + running("10.0.0.243"));

    ListedVips listed = list(foo);

    assertThat(listed.vips())
        .containsExactly(
            "tcp foo.marathon 11.64.239.61:80 > 10.0.0.243:31000 on 10.0.0.243",
            "udp foo.marathon 11.64.239.61:81 > 10.0.0.243:32000 on 10.0.0.243");
    assertThat(listed.rejected()).containsExactly("foo.1 VIP_PORT3 VIP_PORT_INDEX");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"health_check\":{},', '', ' (sick)'",
    "'\"health_check\":{},', '\"healthy\":true,', ''",
    "'\"health_check\":{},', '\"healthy\":false,', ' (sick)'",
    "'', '', ''"
  })
  void countsACheckedTaskAsSickUntilItsFirstResult(String check, String result, String mark) {
    String web =
        TASK.formatted(
            "web",
            check
                + ports(8080, "tcp", "container", "/web:80")
                + ","
                + running("9.0.2.5").replace("'timestamp'", result + "'timestamp'"));

    assertThat(list(web).vips())
        .containsExactly("tcp web.marathon 11.225.37.143:80 > 9.0.2.5:8080 on 10.0.0.243" + mark);
  }

  @Test
  void letsNoTaskStopTheOthersWhateverItLacks() {
    String good =
        TASK.formatted(
            "web", ports(8080, "tcp", "container", "/web:80") + "," + running("9.0.2.5"));
    String vip = ports(8080, "tcp", "container", "/web:80");
    String[] bad = {
      TASK.formatted("no-status", vip),
      TASK.formatted("no-networks", vip + ",'statuses':[{'state':'TASK_RUNNING','timestamp':1}]"),
      TASK.formatted("no-address", vip + "," + running()),
      TASK.formatted("odd-address", vip + "," + running("999.0.0.1")),
      TASK.formatted("port-0", ports(0, "tcp", "container", "/web:80") + "," + running("9.0.2.6")),
      TASK.formatted(
          "port-65536", ports(65536, "tcp", "container", "/web:80") + "," + running("9.0.2.6")),
      TASK.formatted("scope", ports(80, "tcp", "galaxy", "/web:80") + "," + running("9.0.2.6")),
      TASK.formatted("protocol", ports(80, "sctp", "host", "/web:80") + "," + running("9.0.2.6")),
      TASK.formatted("no-agent", vip + "," + running("9.0.2.6")).replace("'A1'", "'A9'"),
      TASK.formatted("no-framework", vip + "," + running("9.0.2.6")).replace("'F1'", "'F9'")
    };

    ListedVips listed = list(String.join(",", bad) + "," + good);

    assertThat(listed.vips())
        .containsExactly("tcp web.marathon 11.225.37.143:80 > 9.0.2.5:8080 on 10.0.0.243");
    assertThat(listed.rejected())
        .containsExactlyInAnyOrder(
            "port-0.1 VIP_0 VIP_BAD_TASK_PORT",
            "scope.1 VIP_0 VIP_BAD_SCOPE",
            "protocol.1 VIP_0 VIP_BAD_PROTOCOL",
            "no-agent.1 VIP_0 VIP_NO_NODE",
            "no-framework.1 VIP_0 VIP_NO_FRAMEWORK");
    assertThat(listed.told()).anyMatch(line -> line.contains("PORT_OUT_OF_RANGE: number: 65536"));
    assertThat(listed.told().stream().filter(line -> line.contains("VIP_NO_BACKEND")))
        .hasSize(4)
        .allMatch(line -> line.matches(".*(no-status|no-networks|no-address|odd-address).*"));
  }

  @Test
  void usesPortsOfItsOwnForAContainerOfAnUnknownKind() {
    String task =
        TASK.formatted(
            "web",
            "'container':{'type':'WASM','network_infos':[{'port_mappings':["
                + "{'host_port':1,'container_port':8080,'protocol':'tcp'}]}]},"
                + ports(8080, "tcp", "container", "/web:80")
                + ","
                + running("9.0.2.5"));

    assertThat(list(task).vips())
        .containsExactly("tcp web.marathon 11.225.37.143:80 > 9.0.2.5:8080 on 10.0.0.243");
  }

  private static String ports(int number, String protocol, String scope, String vip) {
    return ("'discovery':{'name':'t','ports':{'ports':[{'number':%d,'protocol':'%s',"
            + "'labels':{'labels':[{'key':'VIP_0','value':'%s'},"
            + "{'key':'network-scope','value':'%s'}]}}]}}")
        .formatted(number, protocol, vip, scope);
  }

  private static String running(String... addresses) {
    StringBuilder ips = new StringBuilder();
    for (String address : addresses) {
      ips.append(ips.isEmpty() ? "" : ",").append("{'ip_address':'" + address + "'}");
    }
    return ("'statuses':[{'state':'TASK_RUNNING','timestamp':2,'container_status':"
            + "{'network_infos':[{'ip_addresses':[%s]}]}}]")
        .formatted(ips);
  }

  private ListedVips list(String tasks) {
    String line = CLUSTER.formatted(tasks).replace('\'', '"').replaceAll("\\s*\n\\s*", "");
    try {
      return ListedVips.ofEvents(Files.writeString(folder.resolve("events.json"), line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
