// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.ask;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainKeyCommandTest {

  private static List<String> text(String json) throws JsonProcessingException {
    return ExplainKeyCommand.text(new ObjectMapper().readTree(json.replace('\'', '"')));
  }

  @Test
  void aPlainValueIsShownWithItsOwnerAndWhoHasIt() throws JsonProcessingException {
    assertThat(
            text(
                "{'key':'a','owner':'n1','ownerState':'dead','ownerStateSince':'10:00','value':'x',"
                    + "'version':'7@id','why':'a: LWW_REGISTER\\n  all 3 replicas have it\\n'}"))
        .containsExactly(
            "a",
            "  of n1, dead since 10:00",
            "  version 7@id",
            "  value x",
            "  a: LWW_REGISTER",
            "    all 3 replicas have it");
  }

  @Test
  void aValueOfAnotherTypeBelongsToNobody() throws JsonProcessingException {
    assertThat(
            text(
                "{'key':'s','type':'or-set','value':['b','c'],'version':'7@id','why':'s: OR_SET'}"))
        .containsExactly(
            "s",
            "  of nobody alone: or-set",
            "  version 7@id",
            "  value [\"b\",\"c\"]",
            "  s: OR_SET");
  }
}
