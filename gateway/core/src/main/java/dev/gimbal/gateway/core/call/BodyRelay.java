package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.BufferBytes;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.MalformedJsonException;
import dev.gimbal.gateway.routing.Failure;
import io.vertx.core.buffer.Buffer;

/// Hands on a whole JSON answer. It is held until it is whole, so that one that breaks off can
/// still become an error; a large one passes through, its last piece held until it is on record.
final class BodyRelay implements Relay {
  /// Bytes that are held of an answer that should come whole.
  static final int HELD = 1 << 20;

  /// Bytes in which an answer that goes on at once says something or fails.
  private static final int PREFACE = 64 << 10;

  private final CallRun run;
  private final AnswerScan scan;
  private final int status;
  private final String contentType;
  private final int most;
  private Buffer held = Buffer.buffer();
  private boolean broken;

  /// @param most bytes that are held; 0: what is there goes on at once, as soon as something was
  ///     said, but for the last piece
  BodyRelay(CallRun run, AnswerScan scan, int status, String contentType, int most) {
    this.run = run;
    this.scan = scan;
    this.status = status;
    this.contentType = contentType;
    this.most = most;
    scan.next();
  }

  @Override
  public void data(Buffer bytes) {
    run.heardAnswer();
    read(bytes);
    if (!early(bytes) && (run.outgoing().committed() || held.length() + bytes.length() > most)) {
      run.outgoing().begin(status, contentType);
      run.outgoing().write(held);
      held = bytes;
    } else {
      held.appendBuffer(bytes);
    }
  }

  /// Of what goes on at once nothing does before it is known not to be an error: another target may
  /// be asked until then.
  private boolean early(Buffer bytes) {
    return most == 0
        && !run.outgoing().committed()
        && (scan.error() || scan.saidBytes() == 0)
        && held.length() + bytes.length() <= PREFACE;
  }

  private void read(Buffer bytes) {
    if (!broken) {
      try {
        BufferBytes.read(bytes, scan::feed);
      } catch (MalformedJsonException e) {
        broken = true;
      }
    }
  }

  @Override
  public void end() {
    if (!broken) {
      try {
        scan.finish();
      } catch (MalformedJsonException e) {
        broken = true;
      }
    }
    if (broken) {
      failed(
          new GatewayException(
              GatewayError.UPSTREAM_FAILED, "The provider's answer is not whole JSON."));
    } else if (scan.error() && run.outgoing().committed()) {
      run.endInError(held);
    } else if (scan.error()) {
      run.fail(Failure.inBand(0), new ErrorAnswer(502, GatewayError.UPSTREAM_FAILED, held, null));
    } else {
      run.succeed(status, contentType, held);
    }
  }

  @Override
  public void failed(GatewayException failure) {
    run.fail(Failure.brokeOff(), ErrorAnswer.of(failure));
  }
}
