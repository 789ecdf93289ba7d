import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** The Java AdminClient with its defaults: situations in, answers out, one JSON a line, any order. */
public class Clients {
    private static final int MILLISECONDS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(Integer.parseInt(arguments[0]));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonNode asked = JSON.readTree(line);
            pool.submit(() -> answer(asked));
        }
        pool.shutdown();
        pool.awaitTermination(10, TimeUnit.MINUTES);
        System.exit(0);
    }

    private static void answer(JsonNode asked) {
        List<String> lines = new ArrayList<>();
        long start = System.nanoTime();
        boolean ok = false;
        try {
            ask(asked);
            ok = true;
        } catch (Throwable failure) {
            for (Throwable one = failure; one != null; one = one.getCause()) {
                lines.add(one.toString());
            }
        }
        double took = (System.nanoTime() - start) / 1e6;
        ObjectNode said = JSON.createObjectNode();
        said.put("id", asked.get("id").asText()).put("ok", ok).put("ms", took);
        lines.forEach(said.putArray("lines")::add);
        synchronized (System.out) {
            System.out.println(said);
            System.out.flush();
        }
    }

    private static void ask(JsonNode asked) throws Exception {
        Admin client = Admin.create(settings(asked));
        try {
            client.describeCluster().nodes().get(MILLISECONDS, TimeUnit.MILLISECONDS);
            for (JsonNode topic : asked.get("topics")) {
                client.describeTopics(List.of(topic.asText())).allTopicNames()
                    .get(MILLISECONDS, TimeUnit.MILLISECONDS);
            }
            for (JsonNode group : asked.get("groups")) {
                client.describeConsumerGroups(List.of(group.asText())).all()
                    .get(MILLISECONDS, TimeUnit.MILLISECONDS);
            }
            for (JsonNode id : asked.get("transactional_ids")) {
                client.describeTransactions(List.of(id.asText())).all()
                    .get(MILLISECONDS, TimeUnit.MILLISECONDS);
            }
        } finally {
            // Apart: closing waits for the client's own thread, which an odd broker can keep busy.
            Thread closing = new Thread(() -> client.close(Duration.ZERO));
            closing.setDaemon(true);
            closing.start();
        }
    }

    private static Properties settings(JsonNode asked) {
        String mechanism = asked.get("auth").asText().toUpperCase();
        String module = mechanism.equals("PLAIN")
            ? "org.apache.kafka.common.security.plain.PlainLoginModule"
            : "org.apache.kafka.common.security.scram.ScramLoginModule";
        Properties settings = new Properties();
        settings.putAll(Map.of(
            "bootstrap.servers", asked.get("servers").asText(),
            "client.id", asked.get("id").asText(),
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", mechanism,
            "sasl.jaas.config", module + " required username=" + quoted(asked.get("user"))
                + " password=" + quoted(asked.get("password")) + ";",
            "request.timeout.ms", String.valueOf(MILLISECONDS),
            "default.api.timeout.ms", String.valueOf(MILLISECONDS)));
        if (!asked.get("ca").isNull()) {
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.certificates", asked.get("ca").asText());
        } else if (asked.get("empty_store").asBoolean()) {
            settings.put("ssl.truststore.type", "PKCS12");
            settings.put("ssl.truststore.location", System.getProperty("benchmark.empty"));
            settings.put("ssl.truststore.password", "changeit");
        }
        return settings;
    }

    private static String quoted(JsonNode value) {
        String text = value.asText().replace("\\", "\\\\").replace("\"", "\\\"");
        return '"' + text.replace("\n", "\\n") + '"';
    }
}
