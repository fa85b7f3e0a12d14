// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.dns.wire.Sender;
import java.util.concurrent.CompletionStage;

/**
 * What a transport hands messages to, and gets responses from. {@link Responder} is the one of a
 * server.
 *
 * <p><b>Confined to</b> one thread at a time.
 */
public interface Front {

  /**
   * Answers a message.
   *
   * @param sender who sent it; read during this call only
   * @return octets of the response in {@link #octets}, {@link Responder#SILENCE} or {@link
   *     Responder#LATER}
   */
  int answer(byte[] message, int offset, int length, Sender sender);

  /**
   * Takes up the query for which {@link #answer} gave {@link Responder#LATER} just before. The
   * message and the sender may be used for something else afterwards.
   *
   * @return completes on any thread with a whole response, or with no octets when nothing may be
   *     sent; never fails
   */
  CompletionStage<byte[]> later();

  /** Where the last response stands, from index 0; valid until the next call. */
  byte[] octets();
}
