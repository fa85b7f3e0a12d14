// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.haproxy.HaproxyConfig;
import io.dcosnet.lb.edge.haproxy.HaproxyOptions;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No value of any label throws, or changes what requests for another app meet. */
class HostileLabelsProperties {

  private static final List<String> WANTED = HostileLabels.answers(TestEdge.of(HostileLabels.GOOD));

  @Property(tries = 1000)
  void noValueTouchesAnotherApp(
      @ForAll("labels") String label,
      @ForAll("values") String value,
      @ForAll boolean longest,
      @ForAll boolean maps) {
    App evil = HostileLabels.one(1, label, value);
    EdgeOptions.Builder options =
        EdgeOptions.forGroups("external")
            .maps(maps)
            .precedence(longest ? Precedence.LONGEST_PREFIX : Precedence.MARATHON_LB);

    TestEdge edge = TestEdge.of(options, HostileLabels.GOOD, evil);

    assertThat(HostileLabels.answers(edge)).isEqualTo(WANTED);
    String text = HaproxyConfig.of(edge.model(), HaproxyOptions.defaults()).text();
    assertThat(text.lines().filter(line -> !line.matches("[\\x20-\\x7e]*"))).isEmpty();
    assertThat(text).doesNotContain("\n  http-request deny\n", "\nbackend evil");
  }

  @Property(tries = 200)
  void noIdNoHostAndNoCheckTouchesAnotherApp(@ForAll("values") String text) {
    App odd =
        App.named("/zz" + text)
            .label("HAPROXY_GROUP", "external")
            .label("HAPROXY_0_VHOST", "zz.example.net")
            .port(HostileLabels.GOOD.ports().get(0))
            .network(HostileLabels.GOOD.networks().get(0))
            .task(HostileLabels.GOOD.tasks().get(0))
            .build();

    TestEdge edge = TestEdge.of(HostileLabels.GOOD, odd);

    assertThat(HostileLabels.answers(edge)).isEqualTo(WANTED);
    String config = HaproxyConfig.of(edge.model(), HaproxyOptions.defaults()).text();
    assertThat(config.lines().filter(line -> !line.matches("[\\x20-\\x7e]*"))).isEmpty();
  }

  @Property(tries = 2)
  void allOfThemTogetherTouchNothing(@ForAll boolean reversed) {
    List<App> apps = new ArrayList<>(HostileLabels.all());
    apps.add(reversed ? 0 : apps.size(), HostileLabels.GOOD);

    assertThat(HostileLabels.answers(TestEdge.of(apps.toArray(new App[0])))).isEqualTo(WANTED);
  }

  @Provide
  Arbitrary<String> labels() {
    return Arbitraries.of(HostileLabels.LABELS);
  }

  @Provide
  Arbitrary<String> values() {
    Arbitrary<String> pieces = Arbitraries.of(HostileLabels.VALUES).filter(v -> v.length() < 50);
    return Arbitraries.oneOf(
        Arbitraries.of(HostileLabels.VALUES),
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().ascii().ofMaxLength(60),
        Arbitraries.strings().withChars("/-i *.,:'\"\\%$[](){}#\n\r\t|ax0").ofMaxLength(30),
        pieces.list().ofMinSize(2).ofMaxSize(4).map(list -> String.join(" ", list)),
        pieces.list().ofMinSize(2).ofMaxSize(4).map(list -> String.join("", list)));
  }
}
