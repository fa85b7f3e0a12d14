// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

/**
 * What a program computes with. {@link #R0} holds what a helper returns, {@link #R1} to {@link #R5}
 * its arguments, which it spoils; {@link #R6} to {@link #R9} keep what they hold; {@link #FRAME}
 * points behind 512 octets of memory and cannot be changed. A program begins with its context in
 * {@link #R1} and ends with its verdict in {@link #R0}.
 */
public enum Register {
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  FRAME
}
