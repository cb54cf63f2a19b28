package io.github.cloudjobs.text;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what was thrown without trusting it: an exception is its author's code, which may throw
 * again, name a secret, or be its own cause. Never throws.
 */
public final class Thrown {
  /** More than anything real carries; suppressed ones can form a circle too. */
  private static final int MOST_CARRIED = 100;

  /** Deeper than anything real is wrapped; a circle of causes has to end somewhere. */
  private static final int MOST_CAUSES = 20;

  private static final String OURS = "io.github.cloudjobs.";
  private static final List<String> PLATFORM = List.of("java.", "javax.", "sun.", "okhttp3.");

  private Thrown() {}

  /**
   * Returns what may be said of it in the text of another: the message if it is ours, its kind and
   * the message if it tells how the platform's I/O failed, and else only the name of its class.
   */
  public static String text(Throwable thrown) {
    Class<?> type = thrown.getClass();
    try {
      if (type.getName().startsWith(OURS)) {
        return String.valueOf(thrown.getMessage());
      }
      if (thrown instanceof IOException && PLATFORM.stream().anyMatch(type.getName()::startsWith)) {
        return type.getSimpleName() + ", " + thrown.getMessage();
      }
    } catch (Throwable ofItsMessage) {
      // then there is only its name
    }
    return type.getName();
  }

  /** Returns it and its causes, the outermost first. */
  public static List<Throwable> chain(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    try {
      @Nullable Throwable next = thrown;
      while (next != null && chain.size() < MOST_CAUSES) {
        chain.add(next);
        next = next.getCause();
      }
    } catch (Throwable ofItsCause) {
      // then the chain ends there
    }
    return chain;
  }

  /** Returns the messages of it, of its causes and of what they suppressed, it first. */
  public static List<String> messages(Throwable thrown) {
    List<String> messages = new ArrayList<>();
    Deque<Throwable> left = new ArrayDeque<>(List.of(thrown));
    for (int seen = 0; seen < MOST_CARRIED && !left.isEmpty(); seen++) {
      try {
        Throwable next = left.remove();
        left.addAll(List.of(next.getSuppressed()));
        if (next.getCause() != null) {
          left.add(next.getCause());
        }
        if (next.getMessage() != null) {
          messages.add(next.getMessage());
        }
      } catch (Throwable ofItsAuthor) {
        // then it is passed over
      }
    }
    return messages;
  }
}
