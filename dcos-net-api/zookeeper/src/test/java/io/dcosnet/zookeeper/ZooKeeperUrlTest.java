// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.DecodeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperUrlTest {

  @Test
  void readsServersAndPath() {
    ZooKeeperUrl url =
        ZooKeeperUrl.parse("zk://zk1.example.org:2181,[2001:db8::1]:2182,zk3/mesos/");

    assertThat(url.servers())
        .containsExactly("zk1.example.org:2181", "[2001:db8::1]:2182", "zk3:2181");
    assertThat(url.path()).isEqualTo("/mesos");
    assertThat(url.credentials()).isNull();
    assertThat(url).hasToString("zk://zk1.example.org:2181,[2001:db8::1]:2182,zk3:2181/mesos");
  }

  @Test
  void readsTheRootAsPath() {
    assertThat(ZooKeeperUrl.parse("zk://192.0.2.1:2181/").path()).isEqualTo("/");
  }

  @Test
  void keepsThePasswordToItself() {
    ZooKeeperUrl url = ZooKeeperUrl.parse("zk://mesos:se:c@r/et\n@192.0.2.1:2181/a/b");

    assertThat(url.credentials()).isEqualTo("mesos:se:c@r/et\n");
    assertThat(url.path()).isEqualTo("/a/b");
    assertThat(url).hasToString("zk://mesos:…@192.0.2.1:2181/a/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://192.0.2.1:2181/mesos",
        "zk://",
        "zk://192.0.2.1:2181",
        "zk:///mesos",
        "zk://192.0.2.1:2181,/mesos",
        "zk://192.0.2.1:0/mesos",
        "zk://192.0.2.1:65536/mesos",
        "zk://192.0.2.1:x/mesos",
        "zk://2001:db8::1:2181/mesos",
        "zk://secret@192.0.2.1:2181/mesos",
        "zk://:secret@192.0.2.1:2181/mesos",
        "zk://192.0.2.1:2181/mesos//x",
        "zk://192.0.2.1:2181/a/../b",
        "zk://192.0.2.1:2181/me sos"
      })
  void saysWhatItExpectsWithoutRepeatingPasswords(String text) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> ZooKeeperUrl.parse(text))
        .withMessageContaining("expected: zk://[user:password@]host:port[,host:port…]/path")
        .withMessageNotContaining("secret");
  }
}
