import { isJob } from "./job.ts";

function usage(request: Request): string {
  const { origin } = new URL(request.url);
  return `NAME takes jobs: curl -d '{"to":"you","text":"hello"}' ${origin}/jobs\n`;
}

async function add(request: Request): Promise<Response> {
  const job: unknown = await request.json().catch(() => undefined);
  if (!isJob(job)) return new Response(usage(request), { status: 400 });
  // A queue is called by its name, as a process is. This waits until the job is on the disk.
  const kept = await fetch("http://jobs/", { method: "POST", body: JSON.stringify(job) });
  if (kept.status !== 202) return new Response("not now\n", { status: 503 });
  return Response.json({ job: kept.headers.get("noos-message") }, { status: 202 });
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/jobs" && request.method === "POST") return add(request);
    return new Response(usage(request));
  },
};
