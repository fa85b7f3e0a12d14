// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.response;

/** In which order the records of one name and type stand in a response. */
public enum Rotation {

  /** Shuffled for each response, so that clients which take the first spread over all. */
  RANDOM,

  /** One further on for each response of a worker. */
  ROUND_ROBIN,

  /** Always the same. */
  NONE
}
