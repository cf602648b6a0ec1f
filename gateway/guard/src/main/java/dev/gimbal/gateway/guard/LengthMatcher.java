package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Text;

/// Finds that a text is too long, once, as soon as it is. It holds nothing back: what is too long
/// begins where it says.
final class LengthMatcher implements Matcher {
  static final String KIND = "too_long";

  private final int guard;
  private final int most;
  private boolean found;

  LengthMatcher(int guard, int most) {
    this.guard = guard;
    this.most = most;
  }

  @Override
  public int mostHeld() {
    return 0;
  }

  @Override
  public int advance(Text text, boolean ended, Findings findings) {
    if (!found && text.end() > most) {
      found = true;
      findings.found(most, most, guard, KIND, false);
    }
    return text.end();
  }
}
