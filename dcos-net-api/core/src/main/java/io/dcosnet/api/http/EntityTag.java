// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import io.dcosnet.api.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** Tags of answers, and what clients say of those that they have (RFC 9110 §8.8.3, §13.1.2). */
public final class EntityTag {

  private static final String HEADER = "etag";

  private EntityTag() {}

  /** A response with a tag of what it says: equal on all nodes that say the same. */
  public static HttpResponse ofContent(HttpResponse response) {
    return response.withHeader(HEADER, '"' + hash(response.body()) + '"');
  }

  /**
   * A response with a tag of what it was made from.
   *
   * @param tag without quotes; equal for equal content only
   */
  public static HttpResponse of(HttpResponse response, String tag) {
    return response.withHeader(HEADER, '"' + tag + '"');
  }

  /** A response that holds live figures too, which do not count as a change. */
  public static HttpResponse weak(HttpResponse response, String tag) {
    return response.withHeader(HEADER, "W/\"" + tag + '"');
  }

  /** The response, or 304 when the client has it already. */
  public static HttpResponse unlessKnown(HttpRequest request, HttpResponse response) {
    String tag = response.headers().get(HEADER);
    if (tag == null || response.status() != 200) {
      return response;
    }
    String bare = bare(tag);
    for (String line : request.headers().getOrDefault("if-none-match", List.of())) {
      for (String known : line.split(",", -1)) {
        if (known.strip().equals("*") || bare(known).equals(bare)) {
          return HttpResponse.text(304, "").withHeader(HEADER, tag);
        }
      }
    }
    return response;
  }

  /** Weak comparison; dcos-net gave its tags without quotes, so some clients send them so. */
  private static String bare(String tag) {
    String text = tag.strip();
    text = text.startsWith("W/") ? text.substring(2) : text;
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static String hash(Bytes body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(body.toByteBuffer());
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
