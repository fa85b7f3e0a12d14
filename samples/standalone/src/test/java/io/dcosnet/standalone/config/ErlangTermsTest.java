// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.standalone.config.ErlangTerms.Atom;
import io.dcosnet.standalone.config.ErlangTerms.Tuple;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErlangTermsTest {

  @Test
  void readsAllThatAConfigurationIsMadeOf() {
    assertThat(
            ErlangTerms.read(
                """
                %% a comment
                [{app, [{flag, true}, {port, 62501}, {mask, 16#fF}, {low, -3}]}]. % another
                {'Quoted atom', "a \\"text\\"", <<"octets">>, #{key => []}, {}}.
                """))
        .containsExactly(
            List.of(
                tuple(
                    new Atom("app"),
                    List.of(
                        tuple(new Atom("flag"), true),
                        tuple(new Atom("port"), BigInteger.valueOf(62501)),
                        tuple(new Atom("mask"), BigInteger.valueOf(255)),
                        tuple(new Atom("low"), BigInteger.valueOf(-3))))),
            tuple(
                new Atom("Quoted atom"),
                "a \"text\"",
                "octets",
                Map.of(new Atom("key"), List.of()),
                tuple()));
  }

  @Test
  void saysInWhichLineSomethingElseStands() {
    assertThatThrownBy(() -> ErlangTerms.read("[].\n{a, B}."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2 (expected: a term)");
    assertThatThrownBy(() -> ErlangTerms.read("[1, 2")).hasMessage("line 1 (expected: ])");
    assertThatThrownBy(() -> ErlangTerms.read("\"no end")).hasMessage("line 1 (expected: more)");
    assertThatThrownBy(() -> ErlangTerms.read("[]")).hasMessage("line 1 (expected: .)");
    assertThatThrownBy(() -> ErlangTerms.read("99#1."))
        .hasMessage("line 1 (expected: a base from 2 to 36)");
    assertThatThrownBy(() -> ErlangTerms.read("2#12."))
        .hasMessage("line 1 (expected: a whole number instead of 12)");
  }

  @Test
  void refusesWhatIsNestedWithoutEnd() {
    assertThatThrownBy(() -> ErlangTerms.read("[".repeat(100_000)))
        .hasMessage("line 1 (expected: less deeply nested terms)");
  }

  private static Tuple tuple(Object... items) {
    return new Tuple(List.of(items));
  }
}
