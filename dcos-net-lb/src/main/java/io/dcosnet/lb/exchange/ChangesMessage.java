// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.JsonText;
import io.dcosnet.lb.vip.VipChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The question of one node to another what happened to a VIP there lately, or the answer. On the
 * wire it is a JSON object with a version; fields that are not known are left out.
 * <b>Immutable.</b>
 *
 * @param id what the asking node knows its question by
 * @param changes null in a question
 */
public record ChangesMessage(String id, VipKey key, @Nullable List<VipChange> changes) {

  /** Most changes in an answer: the last ones. */
  public static final int MOST = 5;

  /** Longer texts are cut, so that an answer always fits into a message. */
  private static final int MOST_TEXT = 512;

  private static final int MOST_ID = 64;
  private static final JsonFactory JSON = new JsonFactory();

  public ChangesMessage {
    requireNonNull(id, "id");
    requireNonNull(key, "key");
    changes = changes == null ? null : List.copyOf(changes);
  }

  /** A question. */
  public static ChangesMessage ask(String id, VipKey key) {
    return new ChangesMessage(id, key, null);
  }

  /** The answer to this question. */
  public ChangesMessage answer(List<VipChange> all) {
    return new ChangesMessage(id, key, all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  public Bytes encode() {
    List<VipChange> told = changes;
    return JsonText.compact(
        json -> {
          json.writeStartObject();
          json.writeNumberField("v", 1);
          json.writeStringField("id", id);
          json.writeStringField("vip", BackendKey.text(key));
          if (told != null) {
            json.writeArrayFieldStart("changes");
            for (VipChange change : told) {
              write(json, change);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, VipChange change) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", cut(change.what()));
    json.writeStringField("why", cut(change.why()));
    json.writeNumberField("source", change.sourceMillis());
    json.writeNumberField("decided", change.decidedMillis());
    json.writeNumberField("applied", change.appliedMillis());
    json.writeEndObject();
  }

  private static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws DecodeException for anything else
   */
  public static ChangesMessage decode(Bytes message) {
    try (JsonParser json = JSON.createParser(message.toArray())) {
      return read(json);
    } catch (IOException e) {
      throw fault(String.valueOf(e.getMessage()));
    }
  }

  private static ChangesMessage read(JsonParser json) throws IOException {
    String id = "";
    VipKey key = null;
    List<Raw> raw = null;
    expect(json.nextToken(), JsonToken.START_OBJECT);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (String.valueOf(field)) {
        case "id" -> id = text(json);
        case "vip" -> key = BackendKey.vip(text(json));
        case "changes" -> raw = changes(json);
        default -> json.skipChildren();
      }
    }
    if (id.isEmpty() || id.length() > MOST_ID || key == null) {
      throw fault("no id or no VIP");
    }
    VipKey vip = key;
    List<VipChange> changes = raw == null ? null : raw.stream().map(one -> one.of(vip)).toList();
    return new ChangesMessage(id, vip, changes);
  }

  private static List<Raw> changes(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY);
    List<Raw> all = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.START_OBJECT);
      Raw one = new Raw();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (String.valueOf(field)) {
          case "what" -> one.what = cut(text(json));
          case "why" -> one.why = cut(text(json));
          case "source" -> one.source = json.getLongValue();
          case "decided" -> one.decided = json.getLongValue();
          case "applied" -> one.applied = json.getLongValue();
          default -> json.skipChildren();
        }
      }
      if (all.size() < MOST) {
        all.add(one);
      }
    }
    return all;
  }

  private static String text(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_STRING);
    return json.getText();
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw fault(found + " (expected: " + wanted + ")");
    }
  }

  private static DecodeException fault(String what) {
    return new DecodeException("changes of a VIP: " + what, 0);
  }

  /** A change as it is read, field by field. */
  private static final class Raw {
    private String what = "";
    private String why = "";
    private long source;
    private long decided;
    private long applied;

    VipChange of(VipKey key) {
      return new VipChange(key, what, why, source, decided, applied);
    }
  }
}
