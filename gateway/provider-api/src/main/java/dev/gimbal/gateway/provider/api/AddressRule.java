package dev.gimbal.gateway.provider.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Which addresses belong to the public internet. An address that carries another one inside
/// (IPv4-mapped, NAT64, 6to4) is judged by that one too.
public final class AddressRule {
  private AddressRule() {}

  /// Whether an address may be called though somebody else chose it.
  public static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address ? isPublicV6(bytes) : isPublicV4(bytes);
  }

  private static boolean isPublicV4(byte[] bytes) {
    int a = bytes[0] & 0xFF;
    int b = bytes[1] & 0xFF;
    int c = bytes[2] & 0xFF;
    boolean thisNetwork = a == 0;
    boolean shared = a == 100 && b >= 64 && b <= 127;
    boolean protocol = a == 192 && b == 0 && c == 0;
    boolean benchmark = a == 198 && (b == 18 || b == 19);
    boolean reserved = a >= 240;
    return !(thisNetwork || a == 127 || a == 10 || shared || protocol || benchmark || reserved);
  }

  private static boolean isPublicV6(byte[] bytes) {
    boolean uniqueLocal = (bytes[0] & 0xFE) == 0xFC;
    if (uniqueLocal) {
      return false;
    }
    if (zeros(bytes, 0, 12) || (zeros(bytes, 0, 10) && bytes[10] == -1 && bytes[11] == -1)) {
      return embedded(bytes, 12);
    }
    boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xFF) == 0xFF;
    if (nat64) {
      return zeros(bytes, 4, 12) && (bytes[3] & 0xFF) == 0x9B && embedded(bytes, 12);
    }
    boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
    boolean teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    return !teredo && (!sixToFour || embedded(bytes, 2));
  }

  private static boolean embedded(byte[] bytes, int at) {
    try {
      return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean zeros(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
