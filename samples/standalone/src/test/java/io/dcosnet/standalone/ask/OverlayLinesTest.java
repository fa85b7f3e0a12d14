// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlayLinesTest {

  @Test
  void saysNothingWhereANodeHasNoPartInIt() throws JsonProcessingException {
    assertThat(lines("{}")).isEmpty();
  }

  @Test
  void saysWhatAMasterDoesAndWhoDoesItInstead() throws JsonProcessingException {
    assertThat(lines("{'master': {'phase': 'leading', 'agents': 3, 'revision': 12}}"))
        .containsExactly("  overlay master, leading: 3 agents, revision 12");
    assertThat(
            lines(
                "{'master': {'phase': 'idle', 'leader': 'http://192.0.2.2:62080',"
                    + " 'problem': 'the store is damaged'}}"))
        .containsExactly(
            "  overlay master, idle, leader http://192.0.2.2:62080",
            "  PROBLEM: the store is damaged");
    assertThat(lines("{'master': {'phase': 'leading', 'collectingSeconds': 90, 'claims': 4}}"))
        .contains(
            "  listens for 90 s more to what agents have, so far 4, before it gives out anything");
    assertThat(lines("{'master': {'phase': 'recovering', 'leader': null}}"))
        .containsExactly("  overlay master, recovering, leader unknown");
  }

  @Test
  void saysWhatAnAgentHasAndWhatIsWrongWithIt() throws JsonProcessingException {
    assertThat(
            lines(
                """
                {'agent': {'state': 'REGISTERED', 'vtep': '44.128.0.1/20', 'mtu': 1450, 'peers': 2,
                  'overlays': [{'name': 'dcos', 'subnets': ['9.0.0.0/24', 'fd01:b::/80'],
                                'status': 'OK', 'error': ''},
                               {'name': 'blue', 'subnets': [], 'status': 'FAILED',
                                'error': 'none is left'}],
                  'alarms': [{'code': 'DUPLICATE_IP', 'detail': 'somebody else is at 192.0.2.7'}],
                  'shortfalls': [{'code': 'SUBNET_EXHAUSTED', 'detail': 'none left of blue'}],
                  'faults': [{'object': 'route 9.0.1.0/24', 'reason': 'EEXIST'}],
                  'rejected': 1}}
                """))
        .containsExactly(
            "  overlay agent registered, tunnel end 44.128.0.1/20, mtu 1450, 2 peers",
            "    dcos 9.0.0.0/24 fd01:b::/80 OK",
            "    blue  FAILED: none is left",
            "  PROBLEM: DUPLICATE_IP: somebody else is at 192.0.2.7",
            "  PROBLEM: SUBNET_EXHAUSTED: none left of blue",
            "  NOT DONE: route 9.0.1.0/24: EEXIST",
            "  PROBLEM: 1 records of other hosts are refused");
    assertThat(lines("{'agent': {'state': 'REGISTERING', 'peers': 0}}"))
        .containsExactly("  overlay agent registering, 0 peers");
  }

  private static List<String> lines(String json) throws JsonProcessingException {
    List<String> lines = new ArrayList<>();
    OverlayLines.add(new ObjectMapper().readTree(json.replace('\'', '"')), lines);
    return lines;
  }
}
