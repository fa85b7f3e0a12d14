// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The queue against a plain list that is sorted anew each time. */
class RumourQueueProperties {

  private static final Comparator<Rumour> ORDER =
      Comparator.<Rumour>comparingInt(rumour -> rumour.sends)
          .thenComparing(rumour -> !rumour.urgent)
          .thenComparing(rumour -> -rumour.octets)
          .thenComparing(rumour -> -rumour.number);

  private static final int CAPACITY = 200;
  private static final int LIMIT = 5;
  private static final int MOST = 30;

  @Property(tries = 300)
  void sendsWhatASortedListWouldSend(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int steps) {
    Random random = new Random(seed);
    RumourQueue queue = new RumourQueue(MOST);
    List<Rumour> model = new ArrayList<>();
    BodyWriter body = new BodyWriter(CAPACITY);
    for (int i = 0; i < steps; i++) {
      int subject = random.nextInt(50);
      switch (random.nextInt(4)) {
        case 0 -> {
          queue.remove(subject);
          model.removeIf(rumour -> rumour.subject.equals(subject));
        }
        case 1 -> {
          BodyWriter expected = new BodyWriter(CAPACITY);
          int count = fillModel(model, expected);
          body.clear();
          queue.begin();
          assertThat(queue.fill(body, CAPACITY, LIMIT)).isEqualTo(count);
          assertThat(Arrays.copyOf(body.octets(), body.length()))
              .isEqualTo(Arrays.copyOf(expected.octets(), expected.length()));
        }
        default -> {
          Rumour rumour = rumour(subject, random, i);
          model.removeIf(other -> other.subject.equals(subject));
          model.add(rumour(rumour));
          model.sort(ORDER);
          assertThat(queue.add(rumour)).isEqualTo(model.size() <= MOST);
          if (model.size() > MOST) {
            model.remove(MOST);
          }
        }
      }
      assertThat(queue.size()).isEqualTo(model.size());
      assertThat(queue.octets()).isEqualTo(model.stream().mapToInt(r -> r.octets).sum());
      assertThat(queue.hasUnsent()).isEqualTo(model.stream().anyMatch(r -> r.sends == 0));
    }
  }

  private static int fillModel(List<Rumour> model, BodyWriter body) {
    model.sort(ORDER);
    int sent = 0;
    for (Rumour rumour : List.copyOf(model)) {
      if (body.add(rumour.message)) {
        sent++;
        rumour.sends++;
        if (rumour.sends == LIMIT) {
          model.remove(rumour);
        }
      }
    }
    return sent;
  }

  private static Rumour rumour(int subject, Random random, long number) {
    String text = number + "x".repeat(10 + random.nextInt(8) * random.nextInt(8));
    Message message = new Message.KeyRingState(Bytes.utf8(text));
    BodyWriter body = new BodyWriter(CAPACITY);
    body.add(message);
    return new Rumour(subject, message, subject == 0, body.length(), number);
  }

  private static Rumour rumour(Rumour of) {
    return new Rumour(of.subject, of.message, of.urgent, of.octets, of.number);
  }
}
