import { marked } from "marked";
import type { Message, Program } from "noos/guest";

/** What stands in a text as HTML is shown as text: it is somebody's. */
marked.use({
  renderer: { html: ({ text }) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;") },
});

/** Rendered twice, it is the same page: a message may come again. */
async function render({ id, text }: Message): Promise<void> {
  const body = `<!doctype html>\n<meta charset="utf-8">\n${await marked.parse(text)}`;
  const answer = await fetch(`http://pages/${id}`, { method: "PUT", body });
  if (!answer.ok) throw new Error(`page ${id} was not taken: status ${answer.status}`);
}

export default {
  async queue({ messages }) {
    const work = messages.map(async (message) => {
      try {
        await render(message);
      } catch (error) {
        console.error(error);
        message.retry();
      }
    });
    await Promise.all(work);
    console.log(`rendered ${messages.length}`);
  },
} satisfies Program;
