package io.github.cloudjobs.text;

/**
 * Thrown for a text that cannot be used. Its message is the name of a parameter and what is wrong
 * with the text, which is not repeated: it may be a secret.
 */
public final class UnusableTextException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String parameter;
  private final String problem;

  /** Creates the refusal of a parameter's text. */
  public UnusableTextException(String parameter, String problem) {
    super(parameter + " " + problem);
    this.parameter = parameter;
    this.problem = problem;
  }

  /** The name of the parameter. */
  public String parameter() {
    return parameter;
  }

  /** What is wrong with its text, such as {@code is blank}. */
  public String problem() {
    return problem;
  }
}
