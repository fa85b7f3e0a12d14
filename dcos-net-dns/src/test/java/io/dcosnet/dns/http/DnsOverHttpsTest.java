// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zone.Zones;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsOverHttpsTest {

  private static final String TYPE = "application/dns-message";

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final DnsMetrics names = new DnsMetrics(metrics);
  private final DnsOverHttps https = new DnsOverHttps(this::responder, names);

  private Responder responder() {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    edit.put(name("web.mesos"), addresses("192.0.2.1"));
    ZoneTable zones = ZoneTable.of(List.of(Zone.of(edit.commit(0))));
    return new Responder(
        Responder.Parts.authoritative(zones, Aliases.NONE, new SplittableRandom(1), names),
        io.dcosnet.api.net.Protocol.TCP);
  }

  @Test
  void answersGetAndPost() throws Exception {
    byte[] query = query("web.mesos.");
    HttpResponse get = ask(get(base64(query)));
    HttpResponse post = ask(post(TYPE, query));
    HttpResponse none = ask(post(TYPE + "; q=1", query("no.mesos.")));

    assertThat(get.status()).isEqualTo(200);
    assertThat(get.headers()).containsEntry("content-type", TYPE);
    assertThat(get.headers().get("cache-control")).matches("max-age=[1-9][0-9]*");
    assertThat(new Message(get.body().toArray()).getSection(Section.ANSWER)).hasSize(1);
    assertThat(post.body()).isEqualTo(get.body());
    assertThat(none.status()).isEqualTo(200);
    assertThat(new Message(none.body().toArray()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(count("answered")).isEqualTo(3);
  }

  @Test
  void doesNotLetErrorsBeKept() throws Exception {
    HttpResponse refused = ask(post(TYPE, query("example.org.")));

    assertThat(new Message(refused.body().toArray()).getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(refused.headers()).containsEntry("cache-control", "max-age=0");
  }

  @Test
  void saysWhatIsWrongWithARequest() throws Exception {
    byte[] query = query("web.mesos.");
    byte[] response = query.clone();
    response[2] |= (byte) 0x80;
    HttpRequest twice =
        new HttpRequest(
            "GET",
            "/dns-query",
            Map.of("dns", List.of(base64(query), base64(query))),
            Map.of(),
            Bytes.EMPTY,
            "192.0.2.9:4000");

    assertThat(ask(HttpRequest.get("/dns-query")).status()).isEqualTo(400);
    assertThat(ask(get("not base64!")).status()).isEqualTo(400);
    assertThat(ask(get("")).status()).isEqualTo(400);
    assertThat(ask(twice).status()).isEqualTo(400);
    assertThat(ask(post(TYPE, new byte[11])).status()).isEqualTo(400);
    assertThat(ask(post(TYPE, response)).status()).isEqualTo(400);
    assertThat(ask(post(TYPE, new byte[4097])).status()).isEqualTo(413);
    assertThat(ask(post(TYPE, Arrays.copyOf(query, 4096))).status()).isEqualTo(200);
    assertThat(ask(post("text/plain", query)).status()).isEqualTo(415);
    assertThat(ask(request("PUT", "/dns-query", TYPE, query)).status()).isEqualTo(405);
    assertThat(ask(request("PUT", "/dns-query", TYPE, query)).headers())
        .containsEntry("allow", "GET, POST");
    assertThat(ask(request("POST", "/dns-query/x", TYPE, query)).status()).isEqualTo(404);
    assertThat(count("encoding")).isEqualTo(3);
    assertThat(count("no-query")).isEqualTo(3);
    assertThat(count("method")).isEqualTo(2);
  }

  @Test
  void tellsWhoAsksAndWaitsForAnswersThatOthersGive() throws Exception {
    List<String> senders = new ArrayList<>();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    Front front =
        new Front() {
          @Override
          public int answer(byte[] message, int offset, int length, Sender sender) {
            senders.add(sender.toString());
            return senders.size() == 1 ? Responder.LATER : Responder.SILENCE;
          }

          @Override
          public CompletionStage<byte[]> later() {
            return answer;
          }

          @Override
          public byte[] octets() {
            return new byte[0];
          }
        };
    DnsOverHttps slow = new DnsOverHttps(() -> front, names);

    CompletableFuture<HttpResponse> later =
        slow.handle(post(TYPE, query("a."))).toCompletableFuture();
    assertThat(later).isNotDone();
    HttpResponse silent = slow.handle(unix(query("b."))).toCompletableFuture().join();
    answer.complete(query("a."));

    assertThat(later.join().status()).isEqualTo(200);
    assertThat(silent.status()).isEqualTo(403);
    assertThat(senders).containsExactly("192.0.2.9 port 4000", ":: port 0");
    assertThat(count("silence")).isOne();
  }

  private HttpResponse ask(HttpRequest request) {
    return https.handle(request).toCompletableFuture().join();
  }

  private static HttpRequest get(String message) {
    return new HttpRequest(
        "GET",
        "/dns-query",
        Map.of("dns", List.of(message)),
        Map.of(),
        Bytes.EMPTY,
        "192.0.2.9:4000");
  }

  private static HttpRequest post(String type, byte[] message) {
    return request("POST", "/dns-query", type, message);
  }

  private static HttpRequest request(String method, String path, String type, byte[] message) {
    return new HttpRequest(
        method,
        path,
        Map.of(),
        Map.of("content-type", List.of(type)),
        Bytes.copyOf(message),
        "192.0.2.9:4000");
  }

  private static HttpRequest unix(byte[] message) {
    return new HttpRequest(
        "POST",
        "/dns-query",
        Map.of(),
        Map.of("content-type", List.of(TYPE)),
        Bytes.copyOf(message),
        "unix");
  }

  private static byte[] query(String name) throws Exception {
    return Message.newQuery(Record.newRecord(Name.fromString(name), Type.A, DClass.IN)).toWire();
  }

  private static String base64(byte[] message) {
    return new String(Base64.getUrlEncoder().withoutPadding().encode(message), UTF_8);
  }

  private long count(String result) {
    return metrics.count("dcosnet.dns.https.requests", "result", result);
  }
}
