// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CacheApiTest {

  private final VirtualTime time = new VirtualTime();
  private final AnswerCache cache =
      new AnswerCache(
          CacheConfig.DEFAULTS,
          time,
          name -> false,
          new SplittableRandom(1),
          new DnsMetrics(MetricsSink.none()));
  private final CacheApi api = new CacheApi(cache.contents(), Runnable::run, "/dns");

  @BeforeEach
  void fill() {
    for (String text : List.of("a.example.org", "b.example.org", "c.example.net")) {
      DomainName name = DomainName.parse(text);
      byte[] data = Rdata.address(IpAddress.parse("192.0.2.1"));
      cache.keep(
          Query.of(name, RecordType.A), Answer.of(ZoneRecord.of(name, RecordType.A, 60, data)));
    }
  }

  @Test
  void tellsHowMuchIsKept() {
    assertThat(Asked.body(api, "/dns/v1/cache"))
        .startsWith(
            """
            {
             "positiveEntries": 3,
             "negativeEntries": 0,
             "bytes": %d
            }\
            """
                .formatted(cache.contents().bytes()));
  }

  @Test
  void listsWhatIsKeptBelowAName() {
    time.advance(Duration.ofSeconds(20));

    String list = Asked.body(api, "/dns/v1/cache/example.org");
    String first =
        Asked.of(api, "GET", "/dns/v1/cache/.", Map.of("limit", List.of("1"))).body().toUtf8();

    assertThat(list)
        .contains("\"name\": \"a.example.org.\"", "\"name\": \"b.example.org.\"")
        .contains("\"secondsLeft\": 40", "\"a.example.org. 40 IN A 192.0.2.1\"")
        .doesNotContain("example.net");
    assertThat(first).contains("c.example.net.").doesNotContain("example.org");
  }

  @Test
  void throwsAwayWhatIsMeant() {
    assertThat(delete("/dns/v1/cache/example.org", Map.of("below", List.of("false"))))
        .contains("\"flushed\": 0");
    assertThat(delete("/dns/v1/cache/example.org", Map.of())).contains("\"flushed\": 2");
    assertThat(delete("/dns/v1/cache", Map.of())).contains("\"flushed\": 1");
  }

  private String delete(String path, Map<String, List<String>> query) {
    return Asked.of(api, "DELETE", path, query).body().toUtf8();
  }

  @Test
  void refusesWhatItCannotDo() {
    Map<String, List<String>> none = Map.of("limit", List.of("0"));
    String label = "x".repeat(64);

    assertThat(Asked.get(api, "/v1/cache").status()).isEqualTo(404);
    assertThat(Asked.get(api, "/dns/v1/cache/a/b").status()).isEqualTo(404);
    assertThat(Asked.of(api, "PUT", "/dns/v1/cache", Map.of()).status()).isEqualTo(405);
    assertThat(Asked.of(api, "GET", "/dns/v1/cache/org", none).status()).isEqualTo(400);
    assertThat(Asked.get(api, "/dns/v1/cache/" + label).status()).isEqualTo(400);
  }

  @Test
  void saysWhenThereIsTooMuchToDo() {
    CacheApi busy =
        new CacheApi(
            cache.contents(),
            work -> {
              throw new RejectedExecutionException("full");
            },
            "");

    HttpResponse response = Asked.get(busy, "/v1/cache/org");

    assertThat(response.status()).isEqualTo(503);
  }
}
