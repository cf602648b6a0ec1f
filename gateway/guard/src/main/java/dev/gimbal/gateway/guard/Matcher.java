package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Text;

/// Looks through one text as it comes. For one thread.
interface Matcher {
  /// Looks at what is there.
  ///
  /// @param ended whether nothing comes any more
  /// @return the place before which everything is decided: what is found later begins there or
  ///     behind
  int advance(Text text, boolean ended, Findings findings);

  /// No more characters than these wait for its decision.
  int mostHeld();
}
