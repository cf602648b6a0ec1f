package dev.gimbal.knowledge.core;

import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request that a test makes up.
final class Call implements Request {
  private final Caller caller;
  private final Map<String, String> path = new HashMap<>();
  private final Map<String, String> query = new HashMap<>();
  private final Map<String, String> form = new HashMap<>();
  private final List<Upload> uploads = new ArrayList<>();
  private String body = "{}";
  private int limit = 50;

  Call(Caller caller) {
    this.caller = caller;
  }

  Call at(String name, String value) {
    path.put(name, value);
    return this;
  }

  Call asking(String name, String value) {
    query.put(name, value);
    return this;
  }

  Call field(String name, String value) {
    form.put(name, value);
    return this;
  }

  Call json(String json) {
    body = json;
    return this;
  }

  Call limit(int most) {
    limit = most;
    return this;
  }

  Call file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Call file(String name, byte[] bytes) {
    uploads.add(new Bytes(name, bytes));
    return this;
  }

  @Override
  public String id() {
    return "req_test";
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public String path(String name) {
    return Objects.requireNonNull(path.get(name));
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  @Override
  public <T> T body(Class<T> type) {
    try {
      return Json.read(body, type);
    } catch (IllegalArgumentException e) {
      throw HttpException.invalid("body", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Map<String, String> form() {
    return form;
  }

  @Override
  public List<Upload> uploads() {
    return uploads;
  }

  @Override
  public Page page() {
    return new Page(limit, query.get("cursor"));
  }

  @Override
  public @Nullable String traceparent() {
    return null;
  }

  private record Bytes(String fileName, byte[] content) implements Upload {
    @Override
    public String field() {
      return "file";
    }

    @Override
    public String contentType() {
      return "application/octet-stream";
    }

    @Override
    public long bytes() {
      return content.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }
  }
}
