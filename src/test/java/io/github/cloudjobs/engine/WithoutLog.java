package io.github.cloudjobs.engine;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Turns the library's logger off during the tests of a class in which everything throws. */
final class WithoutLog implements BeforeAllCallback, AfterAllCallback {
  static final Logger LOGGER = Logger.getLogger("io.github.cloudjobs");

  @Override
  public void beforeAll(ExtensionContext context) {
    LOGGER.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LOGGER.setLevel(null);
  }
}
