// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LbApiTest {

  private final ApiRig rig = new ApiRig();
  private final LbApi api = rig.lbApi();

  @Test
  void tellsHowTheDataPathFares() {
    rig.run("web", 31001, "/web:80");
    assertThat(body("/v1/lb/datapath"))
        .startsWith(
            "{\"name\":\"memory\",\"probe\":{\"usable\":true,\"detail\":\"remembers tables\","
                + "\"protocols\":[\"tcp\",\"udp\"],\"ipv6\":true},\"considered\":[],\"applied\":{\"tables\":")
        .contains("\"refused\":0,\"last\":\"2026-01-01T00:00:0")
        .endsWith(
            "\"failure\":\"\"},\"services\":{\"serving\":1,\"bind-failed\":0,\"unsupported\":0,"
                + "\"unmapped\":0,\"failed\":0},\"faulty\":[]}");
  }

  @Test
  void listsWhatIsLeftOutWithReasons() {
    assertThat(body("/v1/lb/rejected")).isEqualTo("{\"total\":0,\"rejected\":[]}");
    rig.run("bad", 31001, "/web:0", "nocolon");
    assertThat(body("/v1/lb/rejected"))
        .startsWith("{\"total\":2,\"rejected\":[{\"kind\":\"label\",\"subject\":\"")
        .contains("VIP_BAD_PORT")
        .contains("VIP_NO_PORT");
    assertThat(body("/v1/lb/rejected?limit=1"))
        .startsWith("{\"total\":2,")
        .containsOnlyOnce("\"kind\"");
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThat(rig.get(api, "/v1/lb/rejected?limit=0").status()).isEqualTo(400);
    assertThat(rig.get(api, "/v1/lb/other").status()).isEqualTo(404);
    assertThat(rig.ask(api, "POST", "/v1/lb/datapath").status()).isEqualTo(405);
  }

  private String body(String path) {
    var answer = rig.get(api, path);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body().toUtf8();
  }
}
