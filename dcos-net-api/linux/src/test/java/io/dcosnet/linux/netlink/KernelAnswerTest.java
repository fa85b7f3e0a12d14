// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KernelAnswerTest {

  private static final Request ROUTE =
      Request.of("add", "route 192.0.2.0/24", 24, 0, w -> w.u32(5));

  @Test
  void tellsWhatTheKernelSaid() {
    Message refusal = error(0x300, -22, w -> w.text(1, "Nexthop has invalid gateway").u32(2, 28));

    KernelException refused = KernelAnswer.of(refusal).refusal(0, ROUTE).toException();

    assertThat(refused)
        .hasMessage(
            "add route 192.0.2.0/24: EINVAL (invalid argument): Nexthop has invalid gateway"
                + " (at octet 28)");
    assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
    assertThat(refused.words()).contains("Nexthop has invalid gateway");
    assertThat(refused.faultAt()).hasValue(28);
  }

  @Test
  void findsTheWordsBehindARequestThatIsEchoedWhole() {
    Message refusal =
        message(
            Message.ERROR,
            0x200,
            new PayloadWriter()
                .u32(-17)
                .u32(20)
                .zeros(12)
                .u32(5) // the request's own payload
                .text(1, "exists"));

    assertThat(KernelAnswer.of(refusal).words()).contains("exists");
  }

  @Test
  void saysWhichAttributeIsMissing() {
    assertThat(KernelAnswer.of(error(0x300, -22, w -> w.u32(5, 3))).words())
        .contains("attribute 3 is missing");
  }

  @Test
  void isContentWithANumber() {
    KernelAnswer answer = KernelAnswer.of(error(0x100, -1, w -> {}));

    assertThat(answer.refusal(0, ROUTE))
        .hasToString("add route 192.0.2.0/24: EPERM (operation not permitted)");
    assertThat(answer.faultAt()).isEqualTo(OptionalInt.empty());
    assertThat(KernelAnswer.of(error(0x100, 0, w -> {})).isRefusal()).isFalse();
    assertThat(KernelAnswer.of(message(Message.DONE, 0, new PayloadWriter())).isRefusal())
        .isFalse();
    assertThat(KernelAnswer.of(message(Message.DONE, 0, new PayloadWriter().u32(-95))).errno())
        .isEqualTo(95);
  }

  @Test
  void refusesWhatNoKernelSays() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> KernelAnswer.of(error(0, 5, w -> {})));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(
            () ->
                KernelAnswer.of(
                    message(Message.ERROR, 0x200, new PayloadWriter().u32(-1).u32(-8).zeros(12))));
  }

  @Test
  void countsAllButTheLastAsRefused() {
    Answers answers = new Answers(Integer.MAX_VALUE, List.of(ROUTE, ROUTE, ROUTE));
    List<Refusal> refused = new ArrayList<>();

    answers.take(List.of(numbered(Integer.MAX_VALUE - 1, -1), numbered(Integer.MIN_VALUE, -17)));
    assertThat(answers.isComplete()).isFalse();
    answers.take(List.of(numbered(Integer.MIN_VALUE + 1, 0)));

    assertThat(answers.isComplete()).isTrue();
    answers.refusals(10, refused);
    assertThat(refused).extracting(Refusal::index).containsExactly(11);
    assertThat(refused).extracting(Refusal::errno).containsExactly(Errno.EEXIST);
  }

  private static Message numbered(int sequence, int error) {
    byte[] payload = new PayloadWriter().u32(error).zeros(16).toBytes();
    return new Message(Message.ERROR, 0x100, sequence, 0, payload);
  }

  private static Message error(int flags, int error, Consumer<PayloadWriter> attributes) {
    PayloadWriter writer = new PayloadWriter().u32(error).u32(100).zeros(12);
    attributes.accept(writer);
    return message(Message.ERROR, flags, writer);
  }

  private static Message message(int type, int flags, PayloadWriter payload) {
    return new Message(type, flags, 1, 0, payload.toBytes());
  }
}
