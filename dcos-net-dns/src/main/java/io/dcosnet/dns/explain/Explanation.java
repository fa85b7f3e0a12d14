// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.explain;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.RecordOrigin;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from a question to its answer, at one moment. <b>Immutable.</b>
 *
 * @param name as it was read; null when it is no name
 * @param type number of the type that is asked for
 * @param client who asks, null when that is left open
 * @param steps what happened one after the other
 * @param zone that the name belongs to, null when no zone has it
 * @param rcode number of the response code, {@link #OPEN} when others decide on it
 * @param answer records of the answer, aliases first
 * @param origins who wants the records of the names that were looked at
 * @param collisions what the name is wanted for, if that is more than one thing
 * @param refused parts of the input that may have to do with the name and became no record
 * @param suggestions names that exist and look alike, the likeliest first
 */
public record Explanation(
    @Nullable DomainName name,
    int type,
    @Nullable IpAddress client,
    List<Step> steps,
    @Nullable ZoneFacts zone,
    int rcode,
    List<Answer> answer,
    List<Origin> origins,
    List<String> collisions,
    List<Rejection> refused,
    List<DomainName> suggestions) {

  /** Stands for the response code when handlers, or others who are asked, decide on it. */
  public static final int OPEN = -1;

  /** What a step is about. */
  public enum Kind {
    /** How the name was read. */
    NAME,
    /** Another name that stands for it. */
    ALIAS,
    /** Which zone it belongs to. */
    ZONE,
    /** What the zone has of it. */
    FOUND,
    /** What is answered. */
    ANSWER,
    /** What a rule says about the client. */
    ACCESS,
    /** A handler of the host that sees the query. */
    HANDLER,
    /** Who is asked about names that no zone has. */
    OUTSIDE
  }

  /**
   * One step.
   *
   * @param text for a person
   */
  public record Step(Kind kind, String text) {}

  /** How much a zone knows. */
  public enum ZoneState {
    READY,
    /** Its source knows of more than it has told: what is there is right, more may be. */
    PARTIAL,
    /** Its source has told nothing yet. */
    WAITING
  }

  /**
   * A zone at that moment.
   *
   * @param serial 0 while it waits
   * @param age since the source told something, null when the zone does not know
   * @param names that have records
   */
  public record ZoneFacts(
      DomainName origin,
      ZoneState state,
      long serial,
      @Nullable Duration age,
      int names,
      long records) {}

  /**
   * One record.
   *
   * @param data as master-file text
   */
  public record Answer(DomainName owner, int ttlSeconds, int type, String data) {}

  /** Who wants a record of a name. */
  public record Origin(DomainName owner, RecordOrigin origin) {}

  public Explanation {
    steps = List.copyOf(steps);
    answer = List.copyOf(answer);
    origins = List.copyOf(origins);
    collisions = List.copyOf(collisions);
    refused = List.copyOf(refused);
    suggestions = List.copyOf(suggestions);
    for (Step step : steps) {
      requireNonNull(step.text(), "text");
    }
  }

  /** For people: a line for each thing to know. */
  public String toText() {
    return ExplanationText.of(this);
  }

  /** For programs: a JSON object. */
  public Bytes toJson() {
    return ExplanationJson.of(this);
  }
}
