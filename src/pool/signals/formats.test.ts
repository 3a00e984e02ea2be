import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { SpecSignals } from "#pool/api";
import { noTraffic, type Traffic } from "#pool/traffic";
import { ScriptedManagement } from "#test/management";
import { metrics } from "./metrics.ts";
import { toOtlp } from "./otlp.ts";
import { prometheusName, prometheusText } from "./prometheus.ts";

const { status, signals } = new ScriptedManagement().answers;

function served(traffic: Traffic): readonly SpecSignals[] {
  return signals.map((each) => ({ ...each, traffic }));
}

suite("metrics as Prometheus reads them", () => {
  test("have the names that their kind and unit ask for", () => {
    assert.deepEqual(metrics.map(prometheusName), [
      "noos_process_running",
      "noos_process_cpu_seconds_total",
      "noos_process_waiting_seconds_total",
      "noos_process_memory_bytes",
      "noos_process_restarts_total",
      "noos_process_ends_total",
      "noos_process_calls_total",
      "noos_process_read_bytes_total",
      "noos_process_written_bytes_total",
      "noos_process_life_seconds",
      "noos_process_life_cpu_seconds",
      "noos_process_replacement_seconds",
      "noos_serve_ready",
      "noos_serve_starting",
      "noos_serve_waiting",
      "noos_serve_active",
      "noos_serve_requests_total",
      "noos_serve_answered_total",
      "noos_serve_refused_total",
      "noos_serve_failed_total",
      "noos_serve_gone_total",
      "noos_serve_duration_seconds",
      "noos_serve_summon_seconds",
      "noos_serve_cold_seconds",
      "noos_unlisted_calls_total",
      "noos_app_wanted",
      "noos_app_running",
      "noos_app_waiting",
      "noos_queue_messages",
      "noos_queue_size_bytes",
      "noos_queue_oldest_seconds",
      "noos_executor_processes",
      "noos_executor_restarts_total",
      "noos_daemon_uptime_seconds",
      "noos_daemon_memory_bytes",
      "noos_certificate_left_seconds",
      "noos_build_info",
    ]);
  });

  test("are in the manual", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/manual/api.md"), "utf8");
    for (const metric of metrics) assert.ok(page.includes(`\`${prometheusName(metric)}\``));
  });

  test("are told with help, type and labels", () => {
    const lines = prometheusText(status, signals).split("\n");
    for (const line of [
      "# HELP noos_process_cpu_seconds_total Time that processes of a spec computed",
      "# TYPE noos_process_cpu_seconds_total counter",
      `noos_process_cpu_seconds_total{app="shop",spec="worker"} 1.5`,
      "# TYPE noos_process_memory_bytes gauge",
      `noos_process_memory_bytes{app="shop",spec="worker"} 65536`,
      `noos_process_ends_total{app="shop",spec="worker",reason="exited"} 4`,
      `noos_process_ends_total{app="shop",spec="worker",reason="trapped"} 1`,
      `noos_executor_restarts_total{slot="1"} 2`,
      "noos_daemon_uptime_seconds 3600",
      `noos_build_info{version="0.1.0"} 1`,
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.equal(lines.at(-1), "");
  });

  test("tell what came to what serves, and of nothing else", () => {
    assert.doesNotMatch(prometheusText(status, signals), /noos_serve_\w+\{/);
    const traffic = {
      ...noTraffic,
      ready: 2,
      arrived: 9,
      answered: { "2xx": 6, "4xx": 1 },
      refused: { timeout: 1, "line-full": 1 },
    };
    const lines = prometheusText(status, served(traffic)).split("\n");
    for (const line of [
      `noos_serve_ready{app="shop",spec="worker"} 2`,
      `noos_serve_requests_total{app="shop",spec="worker"} 9`,
      `noos_serve_answered_total{app="shop",spec="worker",class="2xx"} 6`,
      `noos_serve_answered_total{app="shop",spec="worker",class="4xx"} 1`,
      `noos_serve_refused_total{app="shop",spec="worker",reason="timeout"} 1`,
      `noos_serve_duration_seconds_count{app="shop",spec="worker"} 0`,
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  test("tell which calls a spec does not list, and what became of them", () => {
    assert.doesNotMatch(prometheusText(status, signals), /noos_unlisted_calls_total\{/);
    const unlisted = [
      { callee: "api.example:443", letThrough: 3, refused: 0 },
      { callee: "cart", letThrough: 1, refused: 2 },
    ];
    const told = signals.map((each) => ({ ...each, unlisted }));
    const found = prometheusText(status, told).match(/^noos_unlisted_calls_total\{.*/gm);
    const labels = `app="shop",spec="worker"`;
    assert.deepEqual(found, [
      `noos_unlisted_calls_total{${labels},callee="api.example:443",outcome="let-through"} 3`,
      `noos_unlisted_calls_total{${labels},callee="cart",outcome="let-through"} 1`,
      `noos_unlisted_calls_total{${labels},callee="cart",outcome="refused"} 2`,
    ]);
  });

  test("have histograms whose buckets each count all that is not above their bound", () => {
    const name = "noos_process_life_seconds";
    const lines = prometheusText(status, signals)
      .split("\n")
      .filter((line) => line.includes(name));
    assert.equal(lines[1], `# TYPE ${name} histogram`);
    const found = lines.map((line) => /le="(.*)"} (\d+)$/.exec(line)?.slice(1) ?? []);
    const buckets = new Map(found.map(([bound = "", count]) => [bound, Number(count)]));
    const told = ["0.000244140625", "0.25", "1", "16", "64", "4096", "4194304", "+Inf"];
    assert.deepEqual(
      told.map((bound) => buckets.get(bound)),
      [1, 1, 3, 3, 4, 5, 5, 5],
    );
    assert.deepEqual(lines.slice(-2), [
      `${name}_sum{app="shop",spec="worker"} 3661.5`,
      `${name}_count{app="shop",spec="worker"} 5`,
    ]);
  });

  test("come back whole from any name, and each line is one of the format", () => {
    const name = fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "{", "☃", ",") });
    fc.assert(
      fc.property(name, name, (app, spec) => {
        const [first] = signals;
        assert.ok(first);
        const odd: SpecSignals = { ...first, app, spec };
        const text = prometheusText(status, [odd]);
        const line = /^noos_process_running\{app="((?:[^"\\\n]|\\.)*)",spec="(.*)"\} 3$/m;
        const [, ...found] = line.exec(text) ?? [];
        const unescape = (word: string): string =>
          word.replaceAll(/\\(.)/g, (_, mark: string) => (mark === "n" ? "\n" : mark));
        assert.deepEqual(found.map(unescape), [app, spec]);
        for (const one of text.trimEnd().split("\n"))
          assert.match(one, /^(#|noos_\w+(\{.*\})? \S+$)/);
      }),
    );
  });
});

suite("metrics as OTLP has them", () => {
  const moment = {
    startUnixNs: 1_700_000_000_000_000_000n,
    nowUnixNs: 1_700_000_060_000_000_000n,
    resource: { "service.instance.id": "machine-1" },
  };
  const [resource] = toOtlp(status, signals, moment).resourceMetrics;
  const told = resource?.scopeMetrics[0]?.metrics ?? [];

  test("name the source", () => {
    assert.deepEqual(resource?.resource.attributes, [
      { key: "service.name", value: { stringValue: "noos" } },
      { key: "service.version", value: { stringValue: "0.1.0" } },
      { key: "service.instance.id", value: { stringValue: "machine-1" } },
    ]);
  });

  test("are sums since the start where they only grow", () => {
    assert.deepEqual(
      told.find(({ name }) => name === "noos.process.cpu"),
      {
        name: "noos.process.cpu",
        description: "Time that processes of a spec computed",
        unit: "s",
        sum: {
          dataPoints: [
            {
              attributes: [
                { key: "app", value: { stringValue: "shop" } },
                { key: "spec", value: { stringValue: "worker" } },
              ],
              startTimeUnixNano: "1700000000000000000",
              timeUnixNano: "1700000060000000000",
              asDouble: 1.5,
            },
          ],
          aggregationTemporality: 2,
          isMonotonic: true,
        },
      },
    );
  });

  test("are gauges where they do not, and 64 bits are a text", () => {
    const memory = told.find(({ name }) => name === "noos.process.memory");
    const [point] = memory?.gauge?.dataPoints ?? [];
    assert.deepEqual([point?.asInt, point?.startTimeUnixNano], ["65536", undefined]);
  });

  test("have histograms as they are, for they have the buckets that OpenTelemetry has", () => {
    const life = told.find(({ name }) => name === "noos.process.life.cpu");
    assert.deepEqual(life?.exponentialHistogram, {
      dataPoints: [
        {
          attributes: [
            { key: "app", value: { stringValue: "shop" } },
            { key: "spec", value: { stringValue: "worker" } },
          ],
          startTimeUnixNano: "1700000000000000000",
          timeUnixNano: "1700000060000000000",
          count: "5",
          sum: 1.625,
          scale: 3,
          zeroCount: "1",
          zeroThreshold: 2 ** -30,
          positive: {
            offset: -25,
            bucketCounts: "1000000020000000000000001".split(""),
          },
          min: 0,
          max: 1,
        },
      ],
      aggregationTemporality: 2,
    });
  });

  test("leave out what there is nothing of", () => {
    const names = toOtlp(status, [], moment).resourceMetrics[0]?.scopeMetrics[0]?.metrics;
    assert.ok(names?.every(({ name }) => !name.startsWith("noos.process.")));
  });
});
