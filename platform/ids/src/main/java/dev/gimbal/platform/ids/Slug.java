package dev.gimbal.platform.ids;

import java.util.Optional;
import java.util.regex.Pattern;

/// A name that people declare: `[a-z0-9][a-z0-9._:-]*`, up to 100 characters, never changed.
public record Slug(String value) {
  private static final int LONGEST = 100;
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._:-]*");

  public Slug {
    if (!fits(value)) {
      throw new IllegalArgumentException(
          "a name is 1 to 100 of a-z 0-9 . _ : - and starts with a letter or digit, but is \""
              + value
              + "\"");
    }
  }

  /// The slug, or empty if the text is none.
  public static Optional<Slug> of(String text) {
    return fits(text) ? Optional.of(new Slug(text)) : Optional.empty();
  }

  private static boolean fits(String text) {
    return text.length() <= LONGEST && FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
