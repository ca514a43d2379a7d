// Performs the token call and every refund operation with Java's HTTP client as it comes.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class Operations {
    static final HttpClient CLIENT = HttpClient.newHttpClient();
    static final String PAYER = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32";
    static String base;

    static HttpResponse<String> send(String method, String path, String body) throws Exception {
        BodyPublisher sent = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", "Bearer any")
                        .header("Content-Type", "application/json")
                        .method(method, sent)
                        .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    public static void main(String[] words) throws Exception {
        base = words[0];
        String refunds = words[1];
        String client = "{\"client_id\": \"java\", \"client_secret\": \"any\"}";
        System.out.println("token " + send("POST", "/api/auth/v2/token", client).statusCode());
        System.out.println("list " + send("GET", refunds, null).statusCode());
        String refund =
                "{\"non_insurance_payer_id\": \"" + PAYER + "\", \"amount_cents\": 5, "
                        + "\"allocations\": [{\"amount_cents\": 5, "
                        + "\"target\": {\"type\": \"unattributed\"}}]}";
        HttpResponse<String> made = send("POST", refunds, refund);
        System.out.println("create " + made.statusCode());
        Matcher id =
                Pattern.compile("\"non_insurance_payer_refund_id\": ?\"([^\"]+)\"").matcher(made.body());
        String item = refunds + "/" + (id.find() ? id.group(1) : "none");
        System.out.println("get " + send("GET", item, null).statusCode());
        String change = "{\"refund_note\": {\"type\": \"set\", \"value\": \"changed\"}}";
        HttpResponse<String> changed = send("PATCH", item, change);
        String note = changed.body().contains("\"changed\"") ? " changed" : "";
        System.out.println("update " + changed.statusCode() + note);
        System.out.println("delete " + send("DELETE", item, null).statusCode());
        System.out.println("get " + send("GET", item, null).statusCode());
    }
}
