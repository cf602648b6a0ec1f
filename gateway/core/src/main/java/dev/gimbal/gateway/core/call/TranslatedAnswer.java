package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.EventScan;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.dialect.AnswerCollector;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.gateway.dialect.Translation;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Hears an upstream that speaks another dialect than the caller, and tells the call of it as if it
/// spoke the caller's. A stream goes on event by event; a whole answer is held until it is whole.
/// What the caller asked for decides the form: an upstream that streams unasked is collected.
final class TranslatedAnswer implements UpstreamListener, EventSplitter.Handler {
  /// A whole answer that is larger is none that a model wrote.
  private static final int LARGEST = 32 << 20;

  private static final String JSON = "application/json";

  private final UpstreamListener call;
  private final Translation translation;
  private final boolean stream;
  private final String streamType;
  private final StreamReader reader;
  private final StreamWriter writer;
  private final @Nullable TokenEstimate estimate;
  private final AnswerCollector collector = new AnswerCollector();
  private final EventSplitter splitter = new EventSplitter();
  private final LargeEvent large = new LargeEvent(splitter);
  private final Buffer whole = Buffer.buffer();
  private StringBuilder out = new StringBuilder();
  private int status;
  private MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private boolean events;
  private boolean over;

  /// @param stream whether the caller asked for a stream
  TranslatedAnswer(
      UpstreamListener call, Translation translation, boolean stream, StreamForm form) {
    this(call, translation, stream, form, null);
  }

  /// @param estimate stands in for counts that the provider leaves out; null: nothing does
  TranslatedAnswer(
      UpstreamListener call,
      Translation translation,
      boolean stream,
      StreamForm form,
      @Nullable TokenEstimate estimate) {
    this.call = call;
    this.translation = translation;
    this.stream = stream;
    this.estimate = estimate;
    this.streamType = form.array() ? JSON : Outgoing.EVENTS;
    this.reader = translation.target().streamReader();
    this.writer = translation.caller().streamWriter(form);
  }

  @Override
  public void head(int status, MultiMap headers) {
    this.status = status;
    this.headers = headers;
    events = succeeded() && UpstreamHead.events(headers);
    if (events && stream) {
      begin(streamType);
    }
  }

  private boolean succeeded() {
    return status >= 200 && status <= 299;
  }

  private void begin(String type) {
    call.head(status, UpstreamHead.of(type, headers));
  }

  @Override
  public void data(Buffer bytes) {
    if (over) {
      return;
    }
    if (events) {
      try {
        splitter.feed(bytes.getBytes(), this);
      } catch (DialectException e) {
        broken(e);
        return;
      }
      flush();
    } else if (whole.length() + bytes.length() > LARGEST) {
      broken(new DialectException("body", "is larger than " + LARGEST + " bytes"));
    } else {
      whole.appendBuffer(bytes);
    }
  }

  @Override
  public void event(byte[] bytes, int from, int to) {
    String data = EventScan.data(bytes, from, to);
    if (!data.isEmpty()) {
      reader.event(EventScan.name(bytes, from, to), data, this::read);
    }
  }

  @Override
  public void part(byte[] bytes, int from, int to) {
    large.part(bytes, from, to, this);
  }

  private void read(AnswerEvent heard) {
    AnswerEvent event = translation.marked(heard);
    if (!stream) {
      collector.accept(event);
      return;
    }
    if (estimate != null) {
      estimate.heard(event);
      @Nullable TokenCount missing = event instanceof AnswerEvent.Ended ? estimate.missing() : null;
      if (missing != null) {
        writer.write(new AnswerEvent.Counted(missing), out);
      }
    }
    writer.write(event, out);
  }

  private byte[] written(ModelAnswer answer) {
    ModelAnswer counted = estimate == null ? answer : estimate.complete(answer);
    return Json.bytes(translation.caller().writeAnswer(counted));
  }

  /// Hands on what was written. What is not whole yet when the upstream is slow goes at once.
  private void flush() {
    if (stream && !out.isEmpty() && !over) {
      Buffer written = Buffer.buffer(out.toString());
      out = new StringBuilder();
      call.data(written);
    }
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    try {
      if (events) {
        endEvents();
      } else {
        endWhole();
      }
    } catch (DialectException e) {
      broken(e);
    }
  }

  private void endEvents() {
    reader.end(this::read);
    if (stream) {
      flush();
      over = true;
      call.end();
      return;
    }
    @Nullable ModelError failure = collector.failure();
    if (failure != null) {
      status = failure.status();
      tell(Json.bytes(translation.caller().writeError(failure)));
    } else {
      tell(written(collector.answer()));
    }
  }

  private void endWhole() {
    @Nullable JsonNode tree = tree();
    if (!succeeded()) {
      tell(Json.bytes(translation.error(status, tree)));
    } else if (tree == null) {
      broken(new DialectException("body", "is not JSON"));
    } else if (stream) {
      begin(streamType);
      AnswerEvent.of(translation.target().readAnswer(tree)).forEach(this::read);
      flush();
      over = true;
      call.end();
    } else {
      tell(written(translation.marked(translation.target().readAnswer(tree))));
    }
  }

  private @Nullable JsonNode tree() {
    try {
      return Json.MAPPER.readTree(whole.getBytes());
    } catch (IOException e) {
      return null;
    }
  }

  private void tell(byte[] body) {
    begin(JSON);
    call.data(Buffer.buffer(body));
    over = true;
    call.end();
  }

  private void broken(DialectException failure) {
    over = true;
    flush();
    call.failed(foreign(failure));
  }

  /// What the caller is told of an answer that cannot be read.
  static GatewayException foreign(DialectException failure) {
    return new GatewayException(
        GatewayError.UPSTREAM_FAILED,
        "The provider's answer is none of its dialect: "
            + failure.field()
            + " "
            + failure.getMessage(),
        null,
        failure);
  }

  @Override
  public void failed(GatewayException failure) {
    if (!over) {
      over = true;
      call.failed(failure);
    }
  }
}
