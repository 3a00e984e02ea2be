import { connect } from "node:net";

/** Sends `words` so many times over `clients` connections, each as soon as it has its answer. */
export async function ask(
  port: number,
  words: string,
  { clients, count }: { readonly clients: number; readonly count: number },
): Promise<void> {
  let left = count;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(words));
      socket.on("data", () => {
        left -= 1;
        if (left > 0) return void socket.write(words);
        socket.destroy();
        resolve();
      });
    });
  await Promise.all(Array.from({ length: clients }, one));
}
