import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { File } from "./blob.ts";
import { FormData } from "./form-data.ts";
import { decodeForm, encodeForm } from "./multipart.ts";

const boundary = "----noos-boundary";

/** What a form can hold of a text: lines end as on the wire, and no half characters. */
const text = fc.string({ unit: "binary" }).map((value) => value.replace(/\r\n?|\n/g, "\r\n"));
/** A name keeps its own ends of lines, for they are escaped. */
const name = fc.string({ unit: "binary" }).filter((value) => !value.includes("%"));
const file = fc.uint8Array().map((bytes) => new File([bytes as Uint8Array<ArrayBuffer>], "a.bin"));

suite("forms of several parts", () => {
  test("come back as they were", async () => {
    const entries = fc.array(fc.tuple(name, fc.oneof(text, file)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const form = new FormData();
        for (const [key, value] of list) form.append(key, value);
        const back = [...decodeForm(encodeForm(form, boundary), boundary)];
        assert.deepEqual(await plain(back), await plain(list));
      }),
    );
  });

  test("that are cut or bent anywhere are refused, or are another form", () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("f", new File(["x"], "n"));
    const whole = encodeForm(form, boundary);
    const at = fc.nat(whole.length - 1);
    fc.assert(
      fc.property(at, fc.nat(255), fc.boolean(), (place, byte, isCut) => {
        const bent = isCut ? whole.slice(0, place) : whole.with(place, byte);
        try {
          decodeForm(bent, boundary);
        } catch (error) {
          assert.ok(error instanceof TypeError, String(error));
        }
      }),
    );
  });
});

async function plain(list: Iterable<readonly [string, string | File]>): Promise<unknown[]> {
  const rows = [...list].map(async ([key, value]) => {
    return [key, typeof value === "string" ? value : [...(await value.bytes())]];
  });
  return Promise.all(rows);
}
