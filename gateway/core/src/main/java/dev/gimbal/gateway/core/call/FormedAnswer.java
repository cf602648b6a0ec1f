package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.Translation;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// Hears an upstream of the caller's own dialect. Its bytes go on as they are, unless it streams
/// to a caller who asked for no stream, or the other way about: then the answer is put into the
/// form that was asked for. A stream as an array is what [ArrayAnswer] makes of it.
final class FormedAnswer implements UpstreamListener {
  private final UpstreamListener call;
  private final Translation same;
  private final boolean stream;
  private final StreamForm form;
  private UpstreamListener hearing;

  FormedAnswer(UpstreamListener call, Translation same, boolean stream, StreamForm form) {
    this.call = call;
    this.same = same;
    this.stream = stream;
    this.form = form;
    this.hearing = call;
  }

  @Override
  public void head(int status, MultiMap headers) {
    boolean events = UpstreamHead.events(headers);
    if (stream && form.array()) {
      hearing = new ArrayAnswer(call);
    } else if (status >= 200 && status <= 299 && events != stream) {
      hearing = new TranslatedAnswer(call, same, stream, form);
    }
    hearing.head(status, headers);
  }

  @Override
  public void data(Buffer bytes) {
    hearing.data(bytes);
  }

  @Override
  public void end() {
    hearing.end();
  }

  @Override
  public void failed(GatewayException failure) {
    hearing.failed(failure);
  }
}
