package io.posthaste.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program that README shows to those who embed the server: it is this one, and it works. */
@Timeout(30)
class EmbeddingExampleTest {
    private static final String BEGIN = "// README begins";
    private static final String END = "// README ends";
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final int MOST_LINES = 10;

    private final byte[] attachment = new byte[100_000];

    @Test
    void shouldReceiveWhatWasSent() throws Exception {
        new Random(1).nextBytes(attachment);
        example();
    }

    private void example() throws Exception {
        // README begins
        BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0) // any free port
                .deliverTo(envelope -> inbox.add(envelope.contentStream().readAllBytes()))
                .start()) {
            sendMail("127.0.0.1", server.port()); // gets its 250 when the handler has returned
            check(inbox.take());
        }
        // README ends
    }

    private void sendMail(final String host, final int port) throws Exception {
        final Properties properties = new Properties();
        properties.put("mail.smtp.host", host);
        properties.put("mail.smtp.port", Integer.toString(port));
        final MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom("sender@client.example");
        message.setRecipients(MimeMessage.RecipientType.TO, "recipient@server.example");
        message.setSubject("Grüße, 世界", "UTF-8");
        final MimeBodyPart text = new MimeBodyPart();
        text.setText("Hello\r\n.\r\n..dots\r\nund Grüße\r\n", "UTF-8");
        final MimeBodyPart file = new MimeBodyPart();
        file.setDataHandler(
                new jakarta.activation.DataHandler(new ByteArrayDataSource(attachment, "application/octet-stream")));
        file.setFileName("random.bin");
        message.setContent(new MimeMultipart(text, file));
        Transport.send(message);
    }

    private void check(final byte[] content) throws Exception {
        final MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(content));
        assertEquals("Grüße, 世界", message.getSubject());
        assertEquals("sender@client.example", message.getFrom()[0].toString());
        final MimeMultipart parts = (MimeMultipart) message.getContent();
        assertEquals(2, parts.getCount());
        assertEquals(
                "Hello\r\n.\r\n..dots\r\nund Grüße\r\n", parts.getBodyPart(0).getContent());
        final BodyPart file = parts.getBodyPart(1);
        assertEquals("random.bin", file.getFileName());
        assertArrayEquals(attachment, file.getInputStream().readAllBytes());
    }

    @Test
    void shouldBeShort() throws Exception {
        assertTrue(example(source()).size() <= MOST_LINES);
    }

    @Test
    void shouldBeTheOneInReadme() throws Exception {
        final Path readme = root().resolve("README.md");
        assertTrue(Files.exists(readme), "README.md is to show the example");
        final Matcher block = JAVA_BLOCK.matcher(Files.readString(readme, UTF_8));
        assertTrue(block.find(), "README.md is to show the example in a ```java block");
        final List<String> shown = block.group(1)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        assertEquals(String.join("\n", example(source())), String.join("\n", shown));
    }

    /** Lines between the markers, without their indentation. */
    private static List<String> example(final String source) {
        return source.lines()
                .map(String::strip)
                .dropWhile(line -> !line.equals(BEGIN))
                .skip(1)
                .takeWhile(line -> !line.equals(END))
                .collect(Collectors.toList());
    }

    private static String source() throws Exception {
        return Files.readString(root().resolve("src/test/java/io/posthaste/server/EmbeddingExampleTest.java"), UTF_8);
    }

    /** The directory with all modules: tests run in their module's, an IDE in either. */
    private static Path root() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("src/test/java/io/posthaste")) ? here : here.getParent();
    }
}
