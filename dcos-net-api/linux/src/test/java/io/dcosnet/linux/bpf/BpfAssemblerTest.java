// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class BpfAssemblerTest {

  @Test
  void writesInstructionsAsTheKernelReadsThem() {
    BpfAssembler code =
        new BpfAssembler()
            .move(Register.R6, Register.R1)
            .move(Register.R0, -111)
            .add(Register.R2, -8)
            .shiftLeft(Register.R3, 16)
            .or(Register.R2, Register.R3)
            .remainder32(Register.R0, Register.R7)
            .load32(Register.R2, Register.R6, 24)
            .load64(Register.R2, Register.R6, 64)
            .store32(Register.FRAME, -4, Register.R2)
            .store64(Register.FRAME, -16, Register.R0)
            .store32(Register.FRAME, -20, 5)
            .addAtomically64(Register.R0, 8, Register.R1)
            .call(KernelFunction.MAP_LOOKUP)
            .exit();
    assertThat(code.words())
        .containsExactly(
            0x16bfL,
            0xffff_ff91_0000_00b7L,
            0xffff_fff8_0000_0207L,
            0x0000_0010_0000_0367L,
            0x324fL,
            0x709cL,
            0x0018_6261L,
            0x0040_6279L,
            0xfffc_2a63L,
            0xfff0_0a7bL,
            0x0000_0005_ffec_0a62L,
            0x0008_10dbL,
            0x0000_0001_0000_0085L,
            0x95L);
  }

  @Test
  void jumpsCountFromTheNextInstruction() {
    long[] words =
        new BpfAssembler()
            .label("again")
            .jumpIfEqual(Register.R0, 0, "end")
            .jumpIfNotEqual(Register.R1, 2, "again")
            .jumpIfNotEqual32(Register.R1, -1, "end")
            .jumpIfNotEqual32(Register.R1, Register.R2, "end")
            .jump("end")
            .label("end")
            .exit()
            .words();
    assertThat(words)
        .containsExactly(
            0x0004_0015L,
            0x0000_0002_fffe_0155L,
            0xffff_ffff_0002_0156L,
            0x0001_215eL,
            0x0000_0005L,
            0x95L);
  }

  @Test
  void aJumpNeedsItsLabel() {
    BpfAssembler lost = new BpfAssembler().jump("nowhere");
    assertThatIllegalStateException().isThrownBy(lost::words).withMessageContaining("nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BpfAssembler().label("here").label("here"));
    BpfAssembler far = new BpfAssembler().jump("end");
    for (int i = 0; i < 40_000; i++) {
      far.move(Register.R0, 0);
    }
    far.label("end");
    assertThatIllegalStateException().isThrownBy(far::words).withMessageContaining("too far");
  }

  @Test
  void offsetsHaveSixteenBits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BpfAssembler().load32(Register.R0, Register.R1, 40_000));
  }

  @Test
  void namesAreShortAndPlain() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapShape(MapKind.HASH, "much_too_long_for_it", 4, 4, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapShape(MapKind.HASH, "a-b", 4, 4, 1));
  }
}
