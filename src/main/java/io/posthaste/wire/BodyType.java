package io.posthaste.wire;

/** What a client declares about the octets of its content (RFC 6152, 2; RFC 3030, 3). */
public enum BodyType {
    /** 7BIT: octets up to 0x7F; also meant when BODY is absent. */
    SEVEN_BIT,
    /** 8BITMIME: octets from 0x80 on may occur. */
    EIGHT_BIT_MIME,
    /** BINARYMIME: any octets, without lines; comes by BDAT only. */
    BINARY_MIME
}
