package dev.gimbal.release.api;

import dev.gimbal.platform.http.Caller;
import java.util.List;
import java.util.Optional;

/// Finds applications by name. Each application room offers one; `server` joins them. Thread-safe;
/// blocks.
public interface Applications {

  /// The application that the caller may use under this name; empty if there is none for it.
  Optional<Application> find(Caller caller, String name);

  /// The names that the caller may use, sorted.
  List<String> names(Caller caller);

  /// Of a server without a room that offers any.
  Applications NONE =
      new Applications() {
        @Override
        public Optional<Application> find(Caller caller, String name) {
          return Optional.empty();
        }

        @Override
        public List<String> names(Caller caller) {
          return List.of();
        }
      };
}
