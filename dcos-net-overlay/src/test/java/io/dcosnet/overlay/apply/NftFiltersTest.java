// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** What is read of chains of others. */
class NftFiltersTest {

  private static final String CHAIN = "{\"chain\": {\"name\": \"forward\"}}";
  private static final String ACCEPT = "{\"match\": {}}, {\"accept\": null}";
  private static final String REJECT = "{\"counter\": {}}, {\"reject\": {\"type\": \"icmpx\"}}";

  private static boolean endsWithDrop(String... rules) throws JsonProcessingException {
    StringBuilder text = new StringBuilder("[" + CHAIN);
    for (String rule : rules) {
      text.append(", {\"rule\": {\"expr\": [").append(rule).append("]}}");
    }
    return NftFilters.endsWithDrop(new ObjectMapper().readTree(text.append("]").toString()));
  }

  @Test
  void aLastRuleWithoutAConditionDropsWhateverThePolicyIs() throws Exception {
    assertThat(endsWithDrop(ACCEPT, REJECT)).isTrue();
    assertThat(endsWithDrop(ACCEPT, "{\"log\": null}, {\"drop\": null}")).isTrue();
  }

  @Test
  void otherRulesDoNot() throws Exception {
    assertThat(endsWithDrop()).isFalse();
    assertThat(endsWithDrop(REJECT, ACCEPT)).isFalse();
    assertThat(endsWithDrop("{\"match\": {}}, {\"drop\": null}")).isFalse();
    assertThat(endsWithDrop("{\"limit\": {}}, {\"drop\": null}")).isFalse();
    assertThat(endsWithDrop("{\"counter\": {}}")).isFalse();
  }
}
