package dev.gimbal.gateway.guard;

/// A text that comes in pieces, as text: takes a piece, gives back what may be said now. For one
/// thread.
public final class StreamGuard {
  private final TextPass pass;
  private final StringBuilder said = new StringBuilder();
  private final TextPass.Out out;

  public StreamGuard(TextPass pass) {
    this.pass = pass;
    this.out =
        new TextPass.Out() {
          @Override
          public void kept(int from, int to) {
            said.append(pass.original(from, to));
          }

          @Override
          public void replaced(int from, int to, String by) {
            said.append(by);
          }
        };
  }

  /// What may be said now.
  public String push(String piece) {
    pass.push(piece, out);
    return taken();
  }

  /// What may be said at last; slow guards are not asked.
  public String end() {
    pass.finish();
    pass.release(out);
    return taken();
  }

  /// No more characters than these wait.
  public int mostHeld() {
    return pass.mostHeld();
  }

  /// Characters that wait now.
  public int held() {
    return pass.held();
  }

  private String taken() {
    String now = said.toString();
    said.setLength(0);
    return now;
  }
}
