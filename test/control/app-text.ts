/** The fields of a process as a manifest spells them; `image` is `IMAGE.wasm` if it is left out. */
export interface ProcessTexts {
  readonly image?: string;
  readonly [field: string]: unknown;
}

export interface TreeTexts {
  readonly strategy: string;
  readonly [field: string]: unknown;
  readonly children: readonly (string | { readonly supervisor: TreeTexts })[];
}

export interface AppTexts {
  readonly queues?: Readonly<Record<string, object>>;
  readonly app?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly processes: Readonly<Record<string, ProcessTexts>>;
  readonly tree?: TreeTexts;
}

/** The text of a `noos.yaml`, in the JSON that YAML has in it. */
export function appText({ app = "shop", processes, ...others }: AppTexts): string {
  const named = Object.entries(processes).map(([name, process]) => {
    return [name, { image: `${name}.wasm`, ...process }] as const;
  });
  return JSON.stringify({ app, ...others, processes: Object.fromEntries(named) });
}
