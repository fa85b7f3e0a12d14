// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LabelSpecProperties {

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(90);
    Arbitrary<String> dashes =
        Arbitraries.strings().withChars('a', 'Z', '7', '-', '_', '.').ofMaxLength(140);
    Arbitrary<String> fewDashes =
        Arbitraries.strings().withChars("abcdefghijk-%").ofMinLength(18).ofMaxLength(100);
    return Arbitraries.oneOf(anything, dashes, fewDashes);
  }

  @Property
  void labelsHaveOnlyLettersDigitsAndDashesAndFit(
      @ForAll LabelSpec spec, @ForAll("names") String name) {
    assertThat(spec.label(name)).matches("([a-z0-9][a-z0-9-]*)?");
    assertThat(spec.label(name).length()).isLessThanOrEqualTo(spec.maxLength());
  }

  @Property
  void rfc952LabelsBeginWithALetter(@ForAll("names") String name) {
    assertThat(LabelSpec.RFC952.label(name)).matches("([a-z][a-z0-9-]*)?");
  }

  @Property
  void dcosLabelsNeverEndInADashAndAreStable(@ForAll("names") String name) {
    String label = LabelSpec.DCOS.label(name);

    assertThat(label).doesNotEndWith("-");
    assertThat(LabelSpec.DCOS.label(label)).isEqualTo(label);
  }

  @Property
  void labelsThatEndWithoutADashAreStable(@ForAll LabelSpec spec, @ForAll("names") String name) {
    String label = spec.label(name);

    if (!label.endsWith("-")) {
      assertThat(spec.label(label)).isEqualTo(label);
    }
  }

  @Property
  void rfc1123AndDcosAgreeOnWhatNeedsNoCut(@ForAll("names") String name) {
    long kept = name.chars().filter(c -> !mapped(c).isEmpty()).count();

    if (kept <= 63) {
      assertThat(LabelSpec.DCOS.label(name)).isEqualTo(LabelSpec.RFC1123.label(name));
    }
  }

  @Property
  void rfc1123IsTheStepsOfItsDescription(@ForAll("names") String name) {
    assertThat(LabelSpec.RFC1123.label(name)).isEqualTo(mesosDns(name, 63, "-"));
  }

  @Property
  void rfc952IsTheStepsOfItsDescription(@ForAll("names") String name) {
    assertThat(LabelSpec.RFC952.label(name)).isEqualTo(mesosDns(name, 24, "-0123456789"));
  }

  @Property
  void dcosIsTheStateMachineOfItsDescription(@ForAll("names") String name) {
    assertThat(LabelSpec.DCOS.label(name)).isEqualTo(dcosNet(name));
  }

  @Property
  void fragmentsAreTheLabelsOfTheParts(@ForAll LabelSpec spec, @ForAll("names") String name) {
    List<String> kept = new ArrayList<>();
    List<String> keptWithLost = new ArrayList<>();
    for (String part : name.split("\\.", -1)) {
      String label = spec.label(part);
      if (!label.isEmpty()) {
        kept.add(label);
      }
      if (!part.isEmpty()) {
        keptWithLost.add(label);
      }
    }

    assertThat(spec.domainFragment(name)).isEqualTo(String.join(".", kept));
    assertThat(spec.domainFragmentKeepingLost(name)).isEqualTo(String.join(".", keptWithLost));
  }

  private static String mapped(int c) {
    String one = Character.toString(c);
    if (one.matches("[a-z0-9]")) {
      return one;
    }
    if (one.matches("[A-Z]")) {
      return Character.toString(c + 32);
    }
    return one.matches("[-._]") ? "-" : "";
  }

  private static String mesosDns(String name, int maxLength, String cutInFront) {
    StringBuilder all = new StringBuilder();
    name.codePoints().forEach(c -> all.append(mapped(c)));
    String text = all.toString();
    while (!text.isEmpty() && cutInFront.indexOf(text.charAt(0)) >= 0) {
      text = text.substring(1);
    }
    int size = Math.min(text.length(), maxLength);
    String head = text.substring(0, size).replaceAll("-+$", "");
    if (head.length() == size) {
      return head;
    }
    String tail = text.substring(size).replaceAll("^-+", "");
    return head + tail.substring(0, Math.min(tail.length(), size - head.length()));
  }

  private static String dcosNet(String name) {
    StringBuilder label = new StringBuilder();
    boolean cut = false;
    for (int i = 0; i < name.length(); i++) {
      String c = mapped(name.charAt(i));
      if (!cut && label.length() == 63) {
        stripDashes(label);
        cut = true;
      }
      boolean inFront = label.isEmpty() && c.equals("-");
      boolean wanted = !c.isEmpty() && !inFront && !(cut && c.equals("-"));
      if (wanted && label.length() < 63) {
        label.append(c);
      }
    }
    stripDashes(label);
    return label.toString();
  }

  private static void stripDashes(StringBuilder label) {
    while (label.length() > 0 && label.charAt(label.length() - 1) == '-') {
      label.setLength(label.length() - 1);
    }
  }
}
