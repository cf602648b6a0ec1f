package dev.gimbal.platform.http;

import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// Shows a mount the addresses behind the base path, so that mounts need not know of it.
final class Rebased {
  private Rebased() {}

  static HttpServerRequest below(String base, HttpServerRequest request) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getParameterCount() == 0) {
            String whole =
                switch (method.getName()) {
                  case "path" -> request.path();
                  case "uri" -> request.uri();
                  default -> null;
                };
            if (whole != null) {
              return whole.substring(base.length());
            }
          }
          try {
            Object result = method.invoke(request, arguments);
            return result instanceof HttpServerRequest ? proxy : result;
          } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
          }
        };
    return (HttpServerRequest)
        Proxy.newProxyInstance(
            HttpServerRequest.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            handler);
  }
}
