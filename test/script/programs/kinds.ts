import bytes from "./kinds.bin";
import settings from "./kinds.json" with { type: "json" };
import text from "./kinds.txt";

enum Colour {
  red = "red",
}

export default {
  fetch(): Response {
    return Response.json({ text, settings, bytes: [...bytes], colour: Colour.red });
  },
};
