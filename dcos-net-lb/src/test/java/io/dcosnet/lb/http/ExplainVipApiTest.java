// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import org.junit.jupiter.api.Test;

class ExplainVipApiTest {

  private final ApiRig rig = new ApiRig();
  private final ExplainVipApi api = new ExplainVipApi(rig.vips.inspect(), rig.time, "");

  @Test
  void explainsAVipForPeopleAndForPrograms() {
    rig.run("web", 31001, "/web:80");
    HttpResponse text = rig.get(api, "/v1/explain/vip/web.marathon:80?format=text");
    assertThat(text.headers().get("content-type")).startsWith("text/plain");
    assertThat(text.body().toUtf8()).startsWith("tcp web.marathon:80 (").contains("  verdict  ");
    HttpResponse json = rig.get(api, "/v1/explain/vip/web.marathon:80/tcp");
    assertThat(json.headers()).containsEntry("content-type", "application/json");
    assertThat(json.body().toUtf8()).contains("\"works\":true");
  }

  @Test
  void explainsWhatIsNotThere() {
    HttpResponse answer = rig.get(api, "/v1/explain/vip/web.marathon:80/udp");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toUtf8()).contains("\"protocol\":\"udp\"").contains("\"works\":false");
  }

  @Test
  void refusesWhatIsNoVip() {
    assertThat(rig.get(api, "/v1/explain/vip/web").status()).isEqualTo(400);
    assertThat(rig.get(api, "/v1/explain/vip").status()).isEqualTo(400);
    assertThat(rig.get(api, "/v1/explain/vip/a.b:80?format=xml").status()).isEqualTo(400);
    assertThat(rig.ask(api, "DELETE", "/v1/explain/vip/a.b:80").status()).isEqualTo(405);
  }
}
