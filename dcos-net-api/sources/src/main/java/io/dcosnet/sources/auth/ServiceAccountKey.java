// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a service account of DC/OS: a name, a private key of RSA, and where to log in.
 * <b>Immutable.</b>
 */
public final class ServiceAccountKey {

  private static final String SCHEME = "RS256";
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String uid;
  private final RSAPrivateKey key;
  private final URI loginEndpoint;

  private ServiceAccountKey(String uid, RSAPrivateKey key, URI loginEndpoint) {
    this.uid = uid;
    this.key = key;
    this.loginEndpoint = loginEndpoint;
  }

  /**
   * Reads the file form of DC/OS, {@code {"uid", "private_key", "login_endpoint", "scheme"}}.
   *
   * @throws ConfigurationException that lists all problems, without the key
   */
  public static ServiceAccountKey read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigurationException(
          List.of("service account: " + file + ": " + e + " (expected: a file that can be read)"));
    }
  }

  /** As {@link #read} for the content of such a file. */
  public static ServiceAccountKey parse(String json) {
    Map<String, String> fields = fields(json);
    List<String> problems = new ArrayList<>();
    String uid = fields.getOrDefault("uid", "");
    if (uid.isEmpty()) {
      problems.add("uid: missing (expected: the name of the account)");
    }
    String scheme = fields.getOrDefault("scheme", SCHEME);
    if (!scheme.equals(SCHEME)) {
      problems.add("scheme: " + scheme + " (expected: " + SCHEME + ")");
    }
    URI endpoint = endpoint(fields.getOrDefault("login_endpoint", ""), problems);
    RSAPrivateKey key = key(fields.getOrDefault("private_key", ""), problems);
    if (endpoint == null || key == null || !problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new ServiceAccountKey(uid, key, endpoint);
  }

  private static Map<String, String> fields(String json) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser in = FACTORY.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw notJson();
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        if (in.nextToken() == JsonToken.VALUE_STRING) {
          fields.put(name, in.getText());
        } else {
          in.skipChildren();
        }
      }
      return fields;
    } catch (IOException e) {
      throw notJson(); // whose message would hold a piece of the key
    }
  }

  private static ConfigurationException notJson() {
    return new ConfigurationException(List.of("service account: not a JSON object"));
  }

  private static @Nullable URI endpoint(String text, List<String> problems) {
    try {
      URI endpoint = URI.create(text);
      String scheme = String.valueOf(endpoint.getScheme());
      if (endpoint.getHost() != null && scheme.matches("(?i)https?")) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      // told below, as any other text that is no address
    }
    problems.add("login_endpoint: " + text + " (expected: https://host/acs/api/v1/auth/login)");
    return null;
  }

  private static @Nullable RSAPrivateKey key(String pem, List<String> problems) {
    try {
      PrivateKey key = Pem.privateKey(pem);
      if (key instanceof RSAPrivateKey rsa) {
        return rsa;
      }
      problems.add("private_key: of " + key.getAlgorithm() + " (expected: of RSA)");
    } catch (GeneralSecurityException e) {
      problems.add("private_key: " + e.getMessage());
    }
    return null;
  }

  /** The same account, logged in elsewhere. */
  public ServiceAccountKey withLoginEndpoint(URI endpoint) {
    return new ServiceAccountKey(uid, key, requireNonNull(endpoint, "endpoint"));
  }

  public String uid() {
    return uid;
  }

  public URI loginEndpoint() {
    return loginEndpoint;
  }

  RSAPrivateKey key() {
    return key;
  }

  /** Name and place without the key. */
  @Override
  public String toString() {
    return "ServiceAccountKey[" + uid + " at " + loginEndpoint + "]";
  }
}
