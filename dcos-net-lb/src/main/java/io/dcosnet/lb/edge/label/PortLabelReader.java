// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the labels of one port. Two kinds of bad values differ in what becomes of the port: what
 * Marathon-LB itself could not read is left away; what HAProxy would have refused makes the whole
 * port unusable, as the app's owner asked for something that nobody can guess. <b>Confined to</b>
 * one thread.
 */
final class PortLabelReader {

  private static final int MAX_VHOSTS = 1000;

  private static final int MAX_PREFIXES = 100;

  /** Each prefix counts for each virtual host, so that two labels could make a million rules. */
  private static final int MAX_ROUTES = 2000;

  /**
   * Printable ASCII without blanks, so that no reader of a configuration sees more than one word.
   */
  private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]+");

  private final LabelValues values;
  private final String prefix;
  private final PortLabels.Rules rules;
  private boolean usable = true;

  PortLabelReader(LabelValues values, int index, PortLabels.Rules rules) {
    this.values = values;
    this.prefix = "HAPROXY_" + index + "_";
    this.rules = rules;
  }

  PortLabels.Reading read() {
    tellTemplates();
    String own = prefix + "GROUP";
    String groups = values.text(values.has(own) ? own : "HAPROXY_GROUP");
    PathRule path = path();
    List<Vhost> vhosts = vhosts();
    if (vhosts.size() * path.prefixes().size() > MAX_ROUTES) {
      refuse(
          "PATH",
          path.prefixes().size() + " prefixes for " + vhosts.size() + " hosts",
          "up to " + MAX_ROUTES + " of both");
    }
    List<String> certificates = certificates();
    BindOptions bind = bindOptions(!certificates.isEmpty());
    PortLabels labels =
        new PortLabels(
            groups == null ? Set.of() : names(groups),
            values.flag(prefix + "ENABLED", !rules.strict()),
            port(),
            bindAddress(),
            bind,
            certificates,
            http(),
            balance(),
            vhosts,
            path,
            weight(path),
            auth(),
            values.flag(prefix + "REDIRECT_TO_HTTPS", false),
            values.flag(prefix + "USE_HSTS", false),
            values.flag(prefix + "STICKY", false),
            proxyPath(),
            localPath("HTTP_BACKEND_REVPROXY_PATH"),
            rootRedirect(vhosts),
            allowed(),
            values.number(prefix + "BACKEND_HEALTHCHECK_PORT_INDEX"));
    return new PortLabels.Reading(labels, usable);
  }

  private void tellTemplates() {
    for (String label : values.names()) {
      if (label.startsWith(prefix) && TemplateLabels.contains(label.substring(prefix.length()))) {
        values.report(label, EdgeCode.EDGE_TEMPLATE_REFUSED, "raw text is not allowed");
      }
    }
  }

  /** Names between commas; blanks around them do not count. */
  static Set<String> names(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : text.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return names;
  }

  private @Nullable Integer port() {
    Integer port = values.number(prefix + "PORT");
    if (port != null && (port < 1 || port > 65535)) {
      refuse("PORT", port.toString(), "1-65535");
      return null;
    }
    return port;
  }

  private String bindAddress() {
    String text = values.filled(prefix + "BIND_ADDR");
    if (text == null || text.equals("*")) {
      return "*";
    }
    String plain =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    IpAddress address = IpAddress.tryParse(plain).orElse(null);
    Set<IpAddress> own = rules.addresses();
    if (address == null) {
      refuse("BIND_ADDR", text, "* or an IP address");
      return "*";
    }
    if (own != null && !own.contains(address) && !address.isUnspecified()) {
      refuse("BIND_ADDR", text, "an address of this machine");
    }
    return address.toString();
  }

  private BindOptions bindOptions(boolean certificates) {
    String text = values.filled(prefix + "BIND_OPTIONS");
    if (text == null) {
      return BindOptions.NONE;
    }
    BindOptions options = BindOptions.read(text, certificates);
    if (options == null) {
      refuse("BIND_OPTIONS", text, "options of a listener that are on the list");
      return BindOptions.NONE;
    }
    options.files().forEach(file -> checkFile("BIND_OPTIONS", file));
    return options;
  }

  private List<String> certificates() {
    String text = values.filled(prefix + "SSL_CERT");
    if (text == null) {
      return List.of();
    }
    List<String> files = List.copyOf(names(text));
    for (String file : files) {
      if (BindOptions.isFile(file)) {
        checkFile("SSL_CERT", file);
      } else {
        refuse("SSL_CERT", file, "the absolute path of a file");
      }
    }
    return files;
  }

  private void checkFile(String name, String file) {
    Set<String> known = rules.files();
    if (known != null && !known.contains(file)) {
      refuse(name, file, "a file that is there");
    }
  }

  private @Nullable Boolean http() {
    String text = values.text(prefix + "MODE");
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "http" -> Boolean.TRUE;
      case "tcp" -> Boolean.FALSE;
      default -> {
        refuse("MODE", text, "http or tcp");
        yield null;
      }
    };
  }

  private Balance balance() {
    String text = values.text(prefix + "BALANCE");
    if (text == null) {
      return Balance.ROUND_ROBIN;
    }
    Balance balance = Balance.read(text);
    if (balance == null) {
      refuse("BALANCE", text, "an algorithm of HAProxy");
      return Balance.ROUND_ROBIN;
    }
    return balance;
  }

  private List<Vhost> vhosts() {
    String label = prefix + "VHOST";
    String text = values.text(label);
    if (text == null) {
      return List.of();
    }
    Set<Vhost> vhosts = new LinkedHashSet<>();
    for (String name : names(text)) {
      Vhost vhost = Vhost.read(name);
      if (vhost == null) {
        values.report(
            label, EdgeCode.EDGE_VHOST_INVALID, LabelValues.found(name, "a host name, or *.name"));
      } else if (vhosts.size() == MAX_VHOSTS) {
        values.report(label, EdgeCode.EDGE_LABEL_TOO_LONG, "more than " + MAX_VHOSTS + " names");
        break;
      } else {
        vhosts.add(vhost);
      }
    }
    return List.copyOf(vhosts);
  }

  private PathRule path() {
    String label = prefix + "PATH";
    String text = values.filled(label);
    if (text == null) {
      return PathRule.ANY;
    }
    List<String> items = new ArrayList<>(List.of(text.split("\\s+", -1)));
    boolean ignoreCase = items.get(0).equals("-i");
    List<String> prefixes = new ArrayList<>();
    for (String item : ignoreCase ? items.subList(1, items.size()) : items) {
      if (prefixes.size() == MAX_PREFIXES) {
        values.report(
            label, EdgeCode.EDGE_LABEL_TOO_LONG, "more than " + MAX_PREFIXES + " prefixes");
        break;
      } else if (item.startsWith("/") && WORD.matcher(item).matches()) {
        prefixes.add(item);
      } else {
        values.report(
            label, EdgeCode.EDGE_PATH_INVALID, LabelValues.found(item, "a prefix such as /api"));
      }
    }
    return new PathRule(prefixes, ignoreCase);
  }

  private int weight(PathRule path) {
    Integer weight = values.number(prefix + "BACKEND_WEIGHT");
    if (weight == null || weight == 0) {
      return path.isAny() ? 0 : 1;
    }
    return weight;
  }

  private @Nullable BasicAuth auth() {
    String label = prefix + "AUTH";
    if (!values.has(label)) {
      return null;
    }
    String text = values.text(label);
    BasicAuth auth = text == null ? null : BasicAuth.read(text);
    if (auth == null) {
      usable &= !rules.authMustBeRead();
      values.report(
          label,
          EdgeCode.EDGE_AUTH_INVALID,
          "value not shown (expected: realm:user:hash of crypt; "
              + (rules.authMustBeRead() ? "not served)" : "served without asking)"));
    }
    return auth;
  }

  private @Nullable String proxyPath() {
    String path = localPath("HTTP_BACKEND_PROXYPASS_PATH");
    if (path == null) {
      return null;
    }
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? null : path.substring(0, end); // nothing is taken off
  }

  private @Nullable String localPath(String name) {
    String text = values.filled(prefix + name);
    if (text == null) {
      return null;
    }
    if (!text.startsWith("/") || !WORD.matcher(text).matches()) {
      values.invalid(prefix + name, text, "a path such as /app");
      return null;
    }
    return text;
  }

  private @Nullable String rootRedirect(List<Vhost> vhosts) {
    String name = "HTTP_BACKEND_REDIR";
    String text = values.filled(prefix + name);
    if (text == null) {
      return null;
    }
    if (vhosts.size() > 1) {
      // Marathon-LB compares the host with the whole list, so that it never redirects.
      values.invalid(prefix + name, text, "one virtual host, not " + vhosts.size());
      return null;
    }
    boolean target = text.startsWith("/") || text.matches("https?://.+");
    if (!target || !WORD.matcher(text).matches()) {
      values.invalid(prefix + name, text, "a path such as /app");
      return null;
    }
    return text;
  }

  /** Who may come in: a value that cannot be read must not let everybody in. */
  private List<Cidr> allowed() {
    String label = prefix + "BACKEND_NETWORK_ALLOWED_ACL";
    if (!values.has(label)) {
      return List.of();
    }
    String text = values.text(label);
    if (text == null) {
      usable = false;
      return List.of();
    }
    List<Cidr> allowed = new ArrayList<>();
    for (String item : text.split("\\s+", -1)) {
      Cidr range = item.isEmpty() ? null : range(item);
      if (range != null) {
        allowed.add(range);
      } else if (!item.isEmpty()) {
        refuse("BACKEND_NETWORK_ALLOWED_ACL", item, "an address or address/length");
      }
    }
    return allowed;
  }

  /** HAProxy takes bits behind the prefix for zero, so they are no fault. */
  private static @Nullable Cidr range(String text) {
    int slash = text.indexOf('/');
    IpAddress address =
        IpAddress.tryParse(slash < 0 ? text : text.substring(0, slash)).orElse(null);
    if (address == null) {
      return null;
    }
    String length = slash < 0 ? Integer.toString(address.bitLength()) : text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}")) {
      return null;
    }
    try {
      return Cidr.containing(address, Integer.parseInt(length));
    } catch (IllegalArgumentException | DecodeException e) {
      return null;
    }
  }

  private void refuse(String name, String value, String expected) {
    usable = false;
    values.report(prefix + name, EdgeCode.EDGE_LABEL_REFUSED, LabelValues.found(value, expected));
  }
}
