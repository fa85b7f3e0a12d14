// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

/** What a client gets when it asks. */
public enum Access {

  /** An answer. */
  ALLOW,

  /** REFUSED, so that it asks somebody else. */
  REFUSE,

  /** Silence; for addresses that are known to be forged. */
  DROP
}
