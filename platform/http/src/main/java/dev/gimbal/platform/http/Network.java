package dev.gimbal.platform.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// An address or a network in CIDR form; literals only, names are never resolved.
record Network(InetAddress address, int bits) {
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /// @throws IllegalArgumentException for anything but a literal
  static Network parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash), text);
    int longest = address.getAddress().length * Byte.SIZE;
    int bits = slash < 0 ? longest : prefix(text.substring(slash + 1), text);
    if (bits > longest) {
      throw malformed(text);
    }
    return new Network(address, bits);
  }

  boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >>> (bit & 7);
      if (((mine[bit >>> 3] ^ theirs[bit >>> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /// The address in a literal.
  ///
  /// @throws IllegalArgumentException for anything else
  static InetAddress literal(String text) {
    return literal(text, text);
  }

  private static InetAddress literal(String text, String whole) {
    if (!LITERAL.matcher(text).matches()) {
      throw malformed(whole);
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw malformed(whole);
    }
  }

  private static int prefix(String digits, String whole) {
    if (!digits.matches("\\d{1,3}")) {
      throw malformed(whole);
    }
    return Integer.parseInt(digits);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "trusted-proxies must hold addresses or networks like 10.0.0.0/8, but holds " + text);
  }
}
