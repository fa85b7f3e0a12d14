// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;

/** Checks the signatures of requests (RFC 8945 §5.2). <b>Thread-safe.</b> */
final class RequestCheck {

  private final TransferPolicy policy;
  private final Map<DomainName, TsigKey> otherKeys;
  private final TimeSource time;

  /**
   * A check by the keys of a policy.
   *
   * @param otherKeys good signatures that give no right to anything in the policy
   */
  RequestCheck(TransferPolicy policy, Map<DomainName, TsigKey> otherKeys, TimeSource time) {
    this.policy = policy;
    this.otherKeys = otherKeys;
    this.time = requireNonNull(time, "time");
  }

  /** Checks the signature of a request, if it has one. */
  Outcome signature(Message request, byte[] octets) {
    TSIGRecord record = request.getTSIG();
    if (record == null) {
      return new Outcome(null, null, null, Rcode.NOERROR);
    }
    Name owner = record.getName();
    DomainName name = DomainName.ofWire(owner.toWire(), 0, owner.length());
    TsigKey known = policy.key(name);
    TsigKey key = known == null ? otherKeys.get(name) : known;
    if (key == null || !key.algorithm().wireName().equals(record.getAlgorithm())) {
      return new Outcome(null, null, record, Rcode.BADKEY);
    }
    TSIG signer = key.signer(time);
    int rcode = signer.verify(request, octets, null);
    return new Outcome(rcode == Rcode.NOERROR ? key : null, signer, record, rcode);
  }

  /**
   * What became of it.
   *
   * @param key that signed the request, null when none did
   * @param signer of that key, null when the key is not known
   * @param record as it came
   * @param rcode 0 for requests without or with a good signature
   */
  record Outcome(
      @Nullable TsigKey key, @Nullable TSIG signer, @Nullable TSIGRecord record, int rcode) {

    /** For the figures. */
    String reason() {
      return switch (rcode) {
        case Rcode.BADKEY -> "bad-key";
        case Rcode.BADTIME -> "bad-time";
        default -> "bad-signature";
      };
    }

    Signing signing() {
      return key == null || signer == null || record == null
          ? Signing.none()
          : Signing.answering(signer, record);
    }

    /** The answer, signed if the request was. */
    OneResponse answer(Message answer) {
      if (signer != null && record != null) {
        signer.apply(answer, record);
      }
      return new OneResponse(answer.toWire());
    }

    /** Says what is wrong with the signature: only a wrong time can be said with one of ours. */
    byte[] refusal(Message request) {
      TSIGRecord wrong = requireNonNull(record);
      Message answer = Answers.error(request, Rcode.NOTAUTH);
      if (rcode == Rcode.BADTIME && signer != null) {
        signer.apply(answer, rcode, wrong);
        return answer.toWire();
      }
      answer.addRecord(
          new TSIGRecord(
              wrong.getName(),
              DClass.ANY,
              0,
              wrong.getAlgorithm(),
              wrong.getTimeSigned(),
              wrong.getFudge(),
              new byte[0],
              request.getHeader().getID(),
              rcode,
              new byte[0]),
          Section.ADDITIONAL);
      return answer.toWire();
    }
  }
}
