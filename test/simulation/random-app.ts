import type { SeededRandom } from "#core/base";
import type { AppTexts, ProcessTexts, TreeTexts } from "#test/control";

const names = ["a", "b", "c", "d", "e", "f"] as const;

/** An app of up to six names in a tree of up to three levels; of spread ones, some serve. */
export function drawApp(
  random: SeededRandom,
  app: string,
  { isSpread = false }: { readonly isSpread?: boolean } = {},
): AppTexts {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const chosen = names.filter(() => random.below(3) > 0);
  const process = (): ProcessTexts => ({
    count: pick([0, 1, 1, 1, 2, 3]),
    args: pick([[], [], ["1"], ["2"]]),
    grace: pick(["0s", "100ms", "2s"]),
    restart: pick(["always", "always", "always", "on-failure", "never"]),
    "give-up": pick(["never", "never", "never", "2 in 5s"]),
    uses: { files: pick([[], [], [], ["data"], ["/etc:ro"]]) },
  });
  const serving = (): ProcessTexts => ({
    count: pick([0, 1, 1, 1]),
    serve: {
      spread: pick([1, 2, "all", "1..all", "1..all"]),
      instances: pick(["0..4", "0..4", "2..8", "1"]),
      trial: pick(["0s", "1s", "10s"]),
    },
  });
  const draw = (): ProcessTexts =>
    isSpread && random.below(2) === 0 ? { ...process(), ...serving() } : process();
  const tree = (children: readonly string[], depth: number): TreeTexts => {
    const cut = random.below(children.length + 1);
    const below = depth === 0 ? [] : [{ supervisor: tree(children.slice(cut), depth - 1) }];
    const own = depth === 0 ? children : children.slice(0, cut);
    return {
      name: `s${depth}`,
      strategy: pick(["one-for-one", "one-for-one", "one-for-all", "rest-for-one"]),
      restart: pick(["always", "always", "on-failure"]),
      "give-up": pick(["never", "never", "3 in 10s"]),
      children: random.below(2) === 0 ? [...own, ...below] : [...below, ...own],
    };
  };
  const processes = Object.fromEntries(chosen.map((name) => [name, draw()]));
  return random.below(3) === 0 ? { app, processes } : { app, processes, tree: tree(chosen, 2) };
}
