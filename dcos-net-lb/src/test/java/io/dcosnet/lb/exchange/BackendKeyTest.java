// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendKeyTest {

  private static final String WRITER = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";

  @Test
  void readsWhatItWrites() {
    for (VipKey vip :
        List.of(
            VipKey.named(Protocol.TCP, "web.marathon", 80),
            VipKey.addressed(Protocol.UDP, IpAddress.parse("1.2.3.4"), 53),
            VipKey.addressed(Protocol.TCP, IpAddress.parse("fd01:c::5"), 65535))) {
      for (String endpoint : List.of("10.0.0.2:31001", "[fd01:b::5]:80")) {
        BackendKey key =
            new BackendKey(new Place(vip, HostPort.parse(endpoint)), NodeId.parse(WRITER));
        assertThat(BackendKey.parse(key.toString())).isEqualTo(key);
      }
    }
  }

  @Test
  void looksAsDocumented() {
    Place place =
        new Place(VipKey.named(Protocol.TCP, "web.marathon", 80), HostPort.parse("10.0.0.2:31001"));
    assertThat(new BackendKey(place, NodeId.parse(WRITER)))
        .hasToString("lb/vips/tcp:web.marathon:80/10.0.0.2:31001/" + WRITER);
  }

  @Test
  void fitsIntoTheStoreAtItsLongest() {
    String name = ("w".repeat(63) + ".").repeat(4).substring(0, 230);
    Place place =
        new Place(
            VipKey.named(Protocol.TCP, name, 65535),
            HostPort.parse("[2001:db8:1234:5678:9abc:def0:1234:5678]:65535"));
    String key = new BackendKey(place, NodeId.parse(WRITER)).toString();
    assertThat(key.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(ReplicatedStore.MAX_KEY_BYTES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lb/vips",
        "lb/vips/",
        "lb/vips/tcp:web:80",
        "lb/vips/tcp:web:80/10.0.0.2:1",
        "lb/vips/tcp:web:80/10.0.0.2:1/me",
        "lb/vips/tcp:web:80/10.0.0.2/" + WRITER,
        "lb/vips/sctp:web:80/10.0.0.2:1/" + WRITER,
        "lb/vips/tcp:web:0/10.0.0.2:1/" + WRITER,
        "lb/vips/tcp:web:70000/10.0.0.2:1/" + WRITER,
        "lb/vips/tcp:80/10.0.0.2:1/" + WRITER,
        "lb/vips/tcp::80/10.0.0.2:1/" + WRITER,
        "lb/vips/tcp:[web]:80/10.0.0.2:1/" + WRITER,
        "lb/vips/web/10.0.0.2:1/" + WRITER,
        "lb/names/tcp:web:80/10.0.0.2:1/" + WRITER,
      })
  void refusesOtherKeys(String text) {
    assertThatThrownBy(() -> BackendKey.parse(text)).isInstanceOf(DecodeException.class);
  }
}
