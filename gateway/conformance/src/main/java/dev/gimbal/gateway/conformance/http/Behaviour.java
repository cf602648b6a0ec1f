package dev.gimbal.gateway.conformance.http;

import java.io.IOException;

/// What an upstream does with a call. Runs on the connection's own thread and may take its time.
@FunctionalInterface
public interface Behaviour {
  void answer(Received request, Exchange out) throws IOException;
}
