package io.posthaste.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.tls.TlsEngine.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the JDK's engine says something else than {@link TlsEngine} wants. */
class JdkEngineTest {
    private static final int ROOM = 20_000;

    @TempDir
    private Path directory;

    /** A read of content takes some records and a part of one, of which only the length is known. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldWantNoRoomForARecordThatIsNotWhole(final String protocol) throws Exception {
        final JdkEngines engines = new JdkEngines(List.of(TlsFixtures.identity(directory, "ec")));
        final EnginePair pair =
                new EnginePair(engines.newEngine(), TlsFixtures.trustingAnyone(), protocol).shakesHands();
        final ByteBuffer record = ByteBuffer.allocate(ROOM);
        final int octetsInIt =
                pair.client.wrap(ByteBuffer.wrap(new byte[ROOM]), record).bytesConsumed();
        assertTrue(octetsInIt > ROOM / 2);
        final int length = record.flip().limit();
        final ByteBuffer little = ByteBuffer.allocate(octetsInIt - 1);
        for (int octets = 0; octets < length; octets += octets < 10 ? 1 : 997) {
            assertEquals(Outcome.INCOMPLETE, pair.server.unwrap(record.limit(octets), little), octets + " octets");
            assertEquals(0, record.position());
        }
        assertEquals(Outcome.NO_ROOM, pair.server.unwrap(record.limit(length), little));
        assertEquals(0, record.position(), "nothing was taken");
        final ByteBuffer enough = ByteBuffer.allocate(ROOM);
        assertEquals(Outcome.OK, pair.server.unwrap(record, enough));
        assertEquals(octetsInIt, enough.position());
        assertEquals(length, record.position());
    }
}
