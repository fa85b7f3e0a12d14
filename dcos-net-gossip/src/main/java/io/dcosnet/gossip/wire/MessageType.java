// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.Message.SyncAnswer.Outcome;
import java.util.List;

/** First octet of each message, and what the numbers within them stand for. */
final class MessageType {

  static final int PING = 0x01;
  static final int ACK = 0x02;
  static final int PING_REQUEST = 0x03;
  static final int NACK = 0x04;
  static final int WRONG_NODE = 0x05;
  static final int ALIVE = 0x10;
  static final int SUSPECT = 0x11;
  static final int DEAD = 0x12;
  static final int LEFT = 0x13;
  static final int EVENT = 0x30;
  static final int MAIL = 0x31;
  static final int MAIL_ANSWER = 0x32;
  static final int MAIL_HEAD = 0x33;
  static final int KEY_RING_STATE = 0x40;
  static final int SYNC_JOIN = 0x50;
  static final int SYNC = 0x51;
  static final int SYNC_ANSWER = 0x52;
  static final int SYNC_FETCH = 0x53;
  static final int SYNC_ENTRIES = 0x54;
  static final int SYNC_END = 0x55;
  static final int RING_HELLO = 0x56;
  static final int KEEP_ALIVE = 0x57;

  /** States by their numbers. */
  static final List<State> STATES = List.of(State.ALIVE, State.SUSPECT, State.DEAD, State.LEFT);

  /** Outcomes by their numbers. */
  static final List<Outcome> OUTCOMES =
      List.of(Outcome.EQUAL, Outcome.DIFFERENT, Outcome.TRY_OTHERS, Outcome.REFUSED);

  private MessageType() {}
}
