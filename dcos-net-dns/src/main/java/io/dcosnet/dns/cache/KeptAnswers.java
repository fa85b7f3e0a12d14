// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.dns.cache.CachedAnswer.Kind;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Rcode;
import java.util.ArrayList;
import java.util.List;

/** Tells a person what a cache has for a question. Counts nothing. */
final class KeptAnswers {

  private static final long NANOS = 1_000_000_000L;

  private KeptAnswers() {}

  /** One line, for all settings of DO and CD for which something is kept. */
  static String describe(AnswerCache cache, DomainName name, int type, long nowNanos) {
    List<String> kept = new ArrayList<>();
    for (int flags = 0; flags < CacheKey.CLIENT_FLAGS; flags++) {
      boolean dnssecOk = (flags & CacheKey.DNSSEC_OK) != 0;
      boolean checkingDisabled = (flags & CacheKey.CHECKING_DISABLED) != 0;
      CachedAnswer answer = cache.find(cache.key(name, type, dnssecOk, checkingDisabled), nowNanos);
      if (answer != null) {
        kept.add(words(answer, nowNanos) + clients(dnssecOk, checkingDisabled));
      }
    }
    return kept.isEmpty() ? "not cached" : "cached: " + String.join("; ", kept);
  }

  private static String words(CachedAnswer answer, long nowNanos) {
    String what = Rcode.name(answer.encoded.rcode());
    if (answer.kind == Kind.POSITIVE) {
      int records = answer.encoded.answers();
      what += " with " + records + (records == 1 ? " record" : " records");
    } else if (answer.kind == Kind.NEGATIVE && answer.encoded.rcode() == Rcode.NOERROR) {
      what += " without records";
    } else if (answer.kind == Kind.FAILURE) {
      what += " after " + answer.failures() + (answer.failures() == 1 ? " failure" : " failures");
    }
    if (answer.isFresh(nowNanos)) {
      return what + ", " + answer.secondsLeft(nowNanos) + " s left";
    }
    String age = what + ", old since " + (nowNanos - answer.expiresNanos()) / NANOS + " s";
    return age + (answer.isServedStale(nowNanos) ? ", given now" : ", given if nobody answers");
  }

  private static String clients(boolean dnssecOk, boolean checkingDisabled) {
    if (!dnssecOk && !checkingDisabled) {
      return "";
    }
    String bits = dnssecOk ? checkingDisabled ? "DO and CD" : "DO" : "CD";
    return " (for clients with " + bits + ")";
  }
}
