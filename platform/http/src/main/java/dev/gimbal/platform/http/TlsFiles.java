package dev.gimbal.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Looks at the files of TLS before they are used: a key that does not fit its certificate would be
/// noticed by clients only.
final class TlsFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private TlsFiles() {}

  /// @throws HttpException [HttpError#SERVER_FAILED]: which file is wrong, in one line
  static void check(HttpConfig.Tls tls) {
    PublicKey shown;
    try (InputStream in = Files.newInputStream(tls.certificate())) {
      shown = CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
    } catch (IOException | GeneralSecurityException e) {
      throw wrong("certificate", tls.certificate(), "cannot be read as a PEM certificate");
    }
    String text;
    try {
      text = Files.readString(tls.key());
    } catch (IOException e) {
      throw wrong("key", tls.key(), "cannot be read");
    }
    Matcher key = KEY.matcher(text);
    // Older forms name their algorithm in the head; the TLS engine reads those.
    if (!key.find()) {
      if (!text.contains("PRIVATE KEY-----")) {
        throw wrong("key", tls.key(), "is no PEM private key");
      }
      return;
    }
    if (!fit(shown, key.group(1))) {
      throw wrong("key", tls.key(), "is not the key of " + tls.certificate());
    }
  }

  private static boolean fit(PublicKey shown, String encoded) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(encoded);
      PrivateKey key =
          KeyFactory.getInstance(shown.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(bytes));
      Signature signature = Signature.getInstance(signing(shown.getAlgorithm()));
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(shown);
      return signature.verify(signed);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static String signing(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }

  private static HttpException wrong(String setting, Path file, String how) {
    return new HttpException(
        HttpError.SERVER_FAILED, "server.tls." + setting + ": " + file + " " + how);
  }
}
