package io.posthaste.relay;

/** Whether the way to the next server is encrypted. */
enum TlsMode {
    /** Never. */
    OFF,
    /** Where the next server offers STARTTLS; in the clear where it does not, or where TLS fails. */
    OPPORTUNISTIC,
    /** Always: without it nothing is sent. */
    REQUIRE
}
