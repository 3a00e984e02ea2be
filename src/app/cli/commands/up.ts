import type { Command } from "#app/cli/command";

/** `noos up`: its work is loaded when it is run. */
export const command: Command = {
  name: "up",
  summary: "Look after apps on this machine, until told to end",
  usage: "[options] [DIR]",
  options: [
    { name: "data", value: "DIR", meaning: "where it keeps what is wanted (~/.local/state/noos)" },
    {
      name: "listen",
      value: "HOST:PORT",
      meaning: "serve the management API there too; a client needs the token",
    },
    {
      name: "http",
      value: "ADDRESS:PORT",
      meaning: "take requests for what serves there, or none (NOOS_HTTP, 127.0.0.1:8080 if free)",
    },
    { name: "https", value: "ADDRESS:PORT", meaning: "the same over TLS, with HTTP/2" },
    {
      name: "certificates",
      value: "DIR",
      meaning: "NAME.pem and NAME.key for TLS, read again when they change (one of its own)",
    },
    { name: "token", value: "FILE", meaning: "a file with that token (else it is in NOOS_TOKEN)" },
    {
      name: "executors",
      value: "N",
      meaning: "share the processes among at most so many (one for each core)",
    },
    {
      name: "otlp",
      value: "URL",
      meaning: "send metrics to an OpenTelemetry receiver, once a minute",
    },
    { name: "repair", meaning: "mend a damaged state first: what can be read of it is kept" },
    {
      name: "new-key",
      meaning: "if the key is lost: forget all secrets and crashes, which only it could open",
    },
  ],
  examples: [
    { line: "noos up", does: "Everything that was deployed here runs, and is kept running." },
    { line: "noos up shop", does: "The same, with the app of shop/noos.yaml deployed." },
    { line: "noos up --data /srv/noos --executors 4", does: "State elsewhere; four executors." },
  ],
  async run(parsed, terminal) {
    const { up } = await import("#app/cli/up");
    return up(parsed, terminal);
  },
};
