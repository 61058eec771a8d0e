package io.posthaste.monitor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks over HTTP as a monitoring system does. */
public final class HttpGet {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpGet() {}

    public static HttpResponse<String> get(final InetSocketAddress address, final String path)
            throws IOException, InterruptedException {
        return send(address, path, "GET", "*/*");
    }

    static HttpResponse<String> send(
            final InetSocketAddress address, final String path, final String method, final String accept)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                        .timeout(PATIENCE)
                        .header("Accept", accept)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What a server exports now. */
    public static Exposition scrape(final InetSocketAddress address) throws IOException, InterruptedException {
        final HttpResponse<String> response = get(address, "/metrics");
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return Exposition.parse(response.body());
    }
}
