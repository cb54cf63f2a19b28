package io.github.cloudjobs.envelope;

import io.github.cloudjobs.envelope.LooseJson.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the error in a JSON object. Of several messages the outermost counts, and the code beside
 * it; a code that stands alone counts for want of another.
 */
final class JsonErrors {
  private static final int DEEPEST = 4; // envelopes nest once or twice
  private static final int MOST_LAYERS = 1_000; // a body of 8 MiB may hold a million objects
  private static final Set<String> LISTS = Set.of("details", "internalError", "errors", "error");
  private static final String NEUTRON = "NeutronError"; // its code is called type

  /** An OpenStack fault's name, such as itemNotFound or computeFault: its code is the status. */
  private static final Pattern FAULT = Pattern.compile("\\w*([nN]otFound|Fault)|" + NEUTRON);

  /** A code that only repeats the HTTP status (or gRPC's): any router sends it. */
  private static final Pattern STATUS =
      Pattern.compile("(\\d{1,3})?[ _-]*(not[ _-]?found)?", Pattern.CASE_INSENSITIVE);

  /** What one object says by itself; in the order in which they begin. */
  private static final class Layer {
    final int depth;
    final Map<Facet, String> said = new EnumMap<>(Facet.class);
    boolean fault;
    @Nullable String error; // {"error":"text"}

    Layer(int depth, String name) {
      this.depth = depth;
      this.fault = depth == 1 && FAULT.matcher(name).matches();
    }
  }

  private final LooseJson json;
  private final List<Layer> layers = new ArrayList<>();

  private JsonErrors(String text) {
    this.json = new LooseJson(text);
  }

  static ErrorEnvelope read(String text) {
    JsonErrors errors = new JsonErrors(text);
    if (errors.json.nextValue() == Piece.OBJECT) {
      errors.object(0, "");
    }
    return errors.envelope();
  }

  private void object(int depth, String name) {
    Layer layer = new Layer(depth, name);
    layers.add(layer);
    while (true) {
      switch (json.nextKey()) {
        case TEXT -> {
          if (!field(layer, name, json.text())) {
            return;
          }
        }
        case OBJECT, ARRAY -> json.skipContainer();
        case CLOSE, END -> {
          return;
        }
        default -> {} // a comma or colon more or less
      }
    }
  }

  /** Reads what follows a key; false if that was the object's end. */
  private boolean field(Layer layer, String name, @Nullable String key) {
    Piece piece = json.nextKey();
    if (piece == Piece.COLON) {
      piece = json.nextValue();
    }
    switch (piece) {
      case OBJECT, ARRAY -> container(piece, layer.depth, key == null ? "" : key);
      case TEXT -> keep(layer, name, key, json.text());
      case CLOSE, END -> {
        return false;
      }
      default -> {} // no value
    }
    return true;
  }

  private void container(Piece piece, int depth, String key) {
    if (depth == DEEPEST
        || layers.size() == MOST_LAYERS
        || (piece == Piece.ARRAY && !LISTS.contains(key))) {
      json.skipContainer();
    } else if (piece == Piece.OBJECT) {
      object(depth + 1, key);
    } else {
      list(depth + 1, key);
    }
  }

  private void list(int depth, String key) {
    while (true) {
      switch (json.nextValue()) {
        case OBJECT -> container(Piece.OBJECT, depth, key);
        case ARRAY -> json.skipContainer();
        case CLOSE, END -> {
          return;
        }
        default -> {}
      }
    }
  }

  private static void keep(Layer layer, String name, @Nullable String key, @Nullable String text) {
    if (key == null || text == null || text.isBlank()) {
      return;
    }
    Facet facet = name.equals(NEUTRON) && key.equals("type") ? Facet.CODE : Facet.of(key);
    if (facet != null) {
      layer.said.putIfAbsent(facet, text);
    } else if (name.equals("error") && key.equals("title")) {
      layer.fault = layer.depth == 1; // Keystone's
    } else if (key.equals("error")) {
      layer.error = text;
    }
  }

  private ErrorEnvelope envelope() {
    layers.sort(Comparator.comparingInt(layer -> layer.depth)); // equal ones keep their order
    Layer speaker = with(Facet.MESSAGE).findFirst().orElse(null);
    Layer coder = with(Facet.CODE).findFirst().orElse(null);
    Layer counted = with(Facet.REQUEST_ID).findFirst().orElse(null);
    if (speaker != null && speaker.said.containsKey(Facet.CODE)) {
      coder = speaker;
    }
    String code = coder == null ? null : coder.said.get(Facet.CODE);
    return new ErrorEnvelope(
        code,
        speaker == null ? bareError() : speaker.said.get(Facet.MESSAGE),
        counted == null ? null : counted.said.get(Facet.REQUEST_ID),
        isFromService(code));
  }

  private boolean isFromService(@Nullable String code) {
    if (code != null && GatewayCode.isGateways(code)) {
      return false;
    }
    return (code != null && !STATUS.matcher(code.strip()).matches())
        || layers.stream().anyMatch(layer -> layer.fault);
  }

  private Stream<Layer> with(Facet facet) {
    return layers.stream().filter(layer -> layer.said.containsKey(facet));
  }

  private @Nullable String bareError() {
    for (Layer layer : layers) {
      if (layer.error != null) {
        return layer.error;
      }
    }
    return null;
  }
}
