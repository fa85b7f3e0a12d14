// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.cache.CachedAnswer.Kind;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.SoaData;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of an answer may be kept, and for how long (RFC 2181 §5.2 and §8, RFC 2308 §5).
 * Every method is a pure function.
 */
final class Retention {

  private static final int TYPE_NSEC3 = 50;

  private Retention() {}

  /** Types whose answers are no records that can be given again. */
  static boolean isKept(int type) {
    return type != 0 && !RecordType.isMeta(type);
  }

  /**
   * Null when nothing may be kept.
   *
   * @param ours names that only our own zones speak of
   */
  static @Nullable Kept of(
      Query query, Answer answer, CacheTimes times, Predicate<DomainName> ours) {
    if (!isKept(query.type()) || !isSound(answer)) {
      return null;
    }
    if (answer.rcode() != Rcode.NOERROR && answer.rcode() != Rcode.NXDOMAIN) {
      Answer failure =
          Answer.failure(answer.rcode(), ExtendedError.CACHED_ERROR, answer.extendedText());
      return new Kept(Kind.FAILURE, query.type(), failure, 0);
    }
    AliasChain chain = AliasChain.of(query.name(), query.type(), answer.answer());
    if (chain.leadsTo(ours)) {
      return null; // what others say of our names is not to be believed, also not for a while
    }
    if (!chain.isAnswered()) {
      return denial(query, answer, chain, times);
    }
    return answer.rcode() == Rcode.NOERROR ? positive(query, answer, chain, times, ours) : null;
  }

  private static boolean isSound(Answer answer) {
    return isSound(answer.answer()) && isSound(answer.authority()) && isSound(answer.additional());
  }

  private static boolean isSound(List<ZoneRecord> records) {
    return records.stream()
        .allMatch(
            one -> !RecordType.isMeta(one.type()) && NamesInData.isSound(one.type(), one.data()));
  }

  private static @Nullable Kept positive(
      Query query, Answer answer, AliasChain chain, CacheTimes times, Predicate<DomainName> ours) {
    List<ZoneRecord> records = chain.records();
    long least = times.minTtl().toSeconds();
    long most = times.maxTtl().toSeconds();
    long ttl = clamp(leastTtl(records), least, most);
    if (ttl == 0) {
      return null;
    }
    List<ZoneRecord> authority = new ArrayList<>();
    for (ZoneRecord one : answer.authority()) {
      if ((one.type() == RecordType.NS || one.type() == RecordType.SOA)
          && chain.end().isUnder(one.owner())) {
        authority.add(one);
      }
    }
    List<ZoneRecord> additional = new ArrayList<>();
    for (ZoneRecord one : answer.additional()) {
      boolean address = one.type() == RecordType.A || one.type() == RecordType.AAAA;
      if (address && !ours.test(one.owner())) {
        additional.add(one);
      }
    }
    Answer kept =
        new Answer(
            Rcode.NOERROR,
            oneTtlPerSet(records, least, most),
            oneTtlPerSet(authority, least, most),
            oneTtlPerSet(additional, least, most),
            false,
            answer.authenticData(),
            answer.extendedError(),
            answer.extendedText());
    return new Kept(Kind.POSITIVE, query.type(), kept, ttl);
  }

  private static @Nullable Kept denial(
      Query query, Answer answer, AliasChain chain, CacheTimes times) {
    ZoneRecord soa = soa(answer, chain.end());
    long most = times.maxNegativeTtl().toSeconds();
    long ttl = times.withoutSoa().toSeconds();
    if (soa != null) {
      byte[] data = soa.data();
      ttl = Math.min(Math.max(0, soa.ttlSeconds()), SoaData.minimum(data));
    }
    List<ZoneRecord> records = chain.records();
    ttl = clamp(Math.min(ttl, leastTtl(records)), 0, most);
    if (ttl == 0) {
      return null;
    }
    List<ZoneRecord> proof = new ArrayList<>();
    if (soa != null) {
      DomainName apex = soa.owner();
      for (ZoneRecord one : answer.authority()) {
        if (one.equals(soa) || (isProof(one.type()) && one.owner().isUnder(apex))) {
          proof.add(one);
        }
      }
    }
    Answer kept =
        new Answer(
            answer.rcode(),
            oneTtlPerSet(records, 0, ttl),
            oneTtlPerSet(proof, 0, ttl),
            List.of(),
            false,
            answer.authenticData(),
            answer.extendedError(),
            answer.extendedText());
    // A name that leads on exists, even where the end of the chain does not (RFC 6604 §3).
    boolean whole = answer.rcode() == Rcode.NXDOMAIN && !chain.leadsOn();
    return new Kept(Kind.NEGATIVE, whole ? CacheKey.WHOLE_NAME : query.type(), kept, ttl);
  }

  private static boolean isProof(int type) {
    return type == RecordType.NSEC || type == TYPE_NSEC3 || type == RecordType.RRSIG;
  }

  private static @Nullable ZoneRecord soa(Answer answer, DomainName denied) {
    for (ZoneRecord one : answer.authority()) {
      if (one.type() == RecordType.SOA && denied.isUnder(one.owner())) {
        return one;
      }
    }
    return null;
  }

  private static long leastTtl(List<ZoneRecord> records) {
    long least = Integer.MAX_VALUE;
    for (ZoneRecord one : records) {
      least = Math.min(least, Math.max(0, one.ttlSeconds()));
    }
    return least;
  }

  private record SetName(DomainName owner, int type) {}

  /** Records of a set have one TTL, the least of all (RFC 2181 §5.2). */
  private static List<ZoneRecord> oneTtlPerSet(List<ZoneRecord> records, long least, long most) {
    if (records.size() == 1) {
      ZoneRecord one = records.get(0);
      return List.of(one.withTtlSeconds((int) clamp(one.ttlSeconds(), least, most)));
    }
    Map<SetName, Integer> ttls = new HashMap<>();
    for (ZoneRecord one : records) {
      ttls.merge(new SetName(one.owner(), one.type()), one.ttlSeconds(), Math::min);
    }
    List<ZoneRecord> equal = new ArrayList<>(records.size());
    for (ZoneRecord one : records) {
      int ttl = ttls.getOrDefault(new SetName(one.owner(), one.type()), 0);
      equal.add(one.withTtlSeconds((int) clamp(ttl, least, most)));
    }
    return equal;
  }

  private static long clamp(long value, long least, long most) {
    return Math.min(Math.max(value, least), most);
  }
}
