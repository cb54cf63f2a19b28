package io.github.cloudjobs.auth;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.Map;

/**
 * A request in the one spelling that client and gateway agree on. Pure.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html">Constructing
 *     a Standard Request</a>
 */
final class CanonicalRequest {
  private CanonicalRequest() {}

  static void append(AsciiBuffer out, SignableRequest request, SignedHeaders headers) {
    out.append(request.method()).append('\n');
    PercentEncoding.appendPath(out, request.path());
    if (!out.endsWith('/')) {
      out.append('/'); // only the signature's spelling has it; the request is sent without
    }
    out.append('\n');
    appendQuery(out, sorted(request.query()));
    out.append('\n');
    headers.appendLines(out);
    out.append('\n');
    headers.appendNames(out);
    out.append('\n').append(request.payloadHash());
  }

  /** Sorts by encoded name, then by encoded value. */
  static List<Map.Entry<String, String>> sorted(List<Map.Entry<String, String>> query) {
    if (query.size() < 2) {
      return query;
    }
    return query.stream()
        .sorted(
            comparing((Map.Entry<String, String> pair) -> PercentEncoding.encode(pair.getKey()))
                .thenComparing(pair -> PercentEncoding.encode(pair.getValue())))
        .toList();
  }

  static void appendQuery(AsciiBuffer out, List<Map.Entry<String, String>> sorted) {
    for (int i = 0; i < sorted.size(); i++) {
      if (i > 0) {
        out.append('&');
      }
      out.append(PercentEncoding.encode(sorted.get(i).getKey()))
          .append('=')
          .append(PercentEncoding.encode(sorted.get(i).getValue()));
    }
  }
}
