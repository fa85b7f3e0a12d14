// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static io.dcosnet.dns.cache.Caching.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SoaData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * The cache, its view and its resolver against a model of one name that is as simple as can be:
 * whatever others answer, and whenever somebody asks, both give the same.
 */
class CacheModelProperties {

  private static final long DAY = 86_400;
  private static final int STALE_TTL = 30;
  private static final int RECHECK = 30;

  /** What the server that is asked would say now. */
  private enum World {
    FOUND,
    NO_SUCH_NAME,
    NO_SUCH_TYPE,
    FAILS
  }

  private record Step(World world, int ttl, boolean aaaa, int pass) {
    int type() {
      return aaaa ? RecordType.AAAA : RecordType.A;
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(World.values()),
            Arbitraries.of(0, 1, 5, 60, 300),
            Arbitraries.of(true, false),
            Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(0, 40)),
                Tuple.of(2, Arbitraries.integers().between(41, 400)),
                Tuple.of(1, Arbitraries.of((int) DAY - 5, (int) DAY + 400))))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  /** What is given: the response code, the TTL of the first record, why it is not quite right. */
  private record Given(int rcode, long ttl, int extendedError) {}

  /** Something that was said of the name. */
  private static final class Said {
    final int rcode;
    final long at;
    final long until;
    long servedUntil = Long.MIN_VALUE;

    Said(int rcode, long at, long ttl) {
      this.rcode = rcode;
      this.at = at;
      this.until = at + ttl;
    }

    Given fresh(long now) {
      return new Given(rcode, until - now, ExtendedError.NONE);
    }

    Given stale() {
      boolean denied = rcode == Rcode.NXDOMAIN;
      return new Given(
          rcode, STALE_TTL, denied ? ExtendedError.STALE_NXDOMAIN : ExtendedError.STALE_ANSWER);
    }
  }

  private static final class Model {
    private final Map<Integer, Said> ofType = new HashMap<>();
    private @Nullable Said ofName;
    private final Map<Integer, Long> failingUntil = new HashMap<>();
    private final Map<Integer, Integer> failures = new HashMap<>();

    /** Null when others must be asked. */
    @Nullable Given known(int type, long now) {
      Said exact = ofType.get(type);
      if (exact != null && now < exact.until) {
        return exact.fresh(now);
      }
      if (ofName != null && now < ofName.until) {
        return ofName.fresh(now);
      }
      Said old = old(type, now);
      if (old != null) {
        return now < old.servedUntil ? old.stale() : null;
      }
      return now < failingUntil.getOrDefault(type, Long.MIN_VALUE)
          ? new Given(Rcode.SERVFAIL, -1, ExtendedError.CACHED_ERROR)
          : null;
    }

    @Nullable Said old(int type, long now) {
      Said newest = ofType.get(type);
      if (newest == null || (ofName != null && ofName.at > newest.at)) {
        newest = ofName;
      }
      return newest != null && now < newest.until + DAY ? newest : null;
    }

    Given told(World world, int type, int ttl, long now) {
      if (world == World.FAILS) {
        return failed(type, now);
      }
      Said said = new Said(world == World.NO_SUCH_NAME ? Rcode.NXDOMAIN : Rcode.NOERROR, now, ttl);
      if (ttl > 0) {
        failingUntil.remove(type);
        failures.remove(type);
        if (world == World.NO_SUCH_NAME) {
          ofType.remove(type);
          ofName = said;
        } else {
          ofType.put(type, said);
          ofName = null;
        }
      }
      return said.fresh(now);
    }

    private Given failed(int type, long now) {
      Said old = old(type, now);
      if (old != null) {
        old.servedUntil = now + RECHECK;
        return old.stale();
      }
      long last = failingUntil.getOrDefault(type, Long.MIN_VALUE / 2);
      int count = now - last > 600 ? 1 : failures.getOrDefault(type, 0) + 1;
      failures.put(type, count);
      failingUntil.put(type, now + Math.min(300, 5L << Math.min(10, count - 1)));
      return new Given(Rcode.SERVFAIL, -1, ExtendedError.NETWORK_ERROR);
    }
  }

  @Property
  void givesWhatTheModelGives(@ForAll("steps") List<Step> steps) {
    Caching caching =
        new Caching(CacheConfig.DEFAULTS.withPrefetch(false)); // it would ask behind our back
    Model model = new Model();
    long now = 0;
    for (Step step : steps) {
      boolean[] asked = {false};
      CachingResolver resolver =
          new CachingResolver(
              caching.cache,
              query -> {
                asked[0] = true;
                return CompletableFuture.completedFuture(answer(step));
              },
              caching.time,
              caching.metrics);
      Given known = model.known(step.type(), now);

      Given seen = view(caching, step.type());
      Answer answer = resolver.resolve(Query.of(NAME, step.type())).toCompletableFuture().join();

      assertThat(seen).isEqualTo(known);
      assertThat(asked[0]).isEqualTo(known == null);
      Given expected =
          known == null ? model.told(step.world(), step.type(), step.ttl(), now) : known;
      assertThat(given(answer)).isEqualTo(expected);
      caching.pass(step.pass());
      now += step.pass();
    }
  }

  private static Answer answer(Step step) {
    return switch (step.world()) {
      case FOUND ->
          Caching.answer(
              Rcode.NOERROR, List.of(Caching.address(step.type(), step.ttl())), List.of());
      case NO_SUCH_NAME -> Caching.nxdomain(step.ttl(), 1000);
      case NO_SUCH_TYPE -> Caching.nodata(1000, step.ttl());
      case FAILS -> Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "nobody there");
    };
  }

  private static @Nullable Given view(Caching caching, int type) {
    Message query = Caching.query("www.example.org", type);
    if (caching.code(query) == Elsewhere.LATER) {
      return null;
    }
    Message message = caching.ask(query);
    Record record =
        message.getSection(Section.ANSWER).stream()
            .findFirst()
            .or(() -> message.getSection(Section.AUTHORITY).stream().findFirst())
            .orElse(null);
    return new Given(
        message.getRcode(), record == null ? -1 : record.getTTL(), Caching.extendedError(message));
  }

  private static Given given(Answer answer) {
    long ttl = -1;
    if (!answer.answer().isEmpty()) {
      ttl = answer.answer().get(0).ttlSeconds();
    } else if (!answer.authority().isEmpty()) {
      // What is not kept is passed on as it came; it holds for no time, as its SOA says.
      boolean kept = answer.extendedError() == ExtendedError.NONE;
      ttl = answer.authority().get(0).ttlSeconds();
      ttl = kept ? Math.min(ttl, minimum(answer)) : ttl;
    }
    return new Given(answer.rcode(), ttl, answer.extendedError());
  }

  private static long minimum(Answer answer) {
    return SoaData.minimum(answer.authority().get(0).data());
  }
}
