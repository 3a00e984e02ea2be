/** The `package.json` of the published package, made from that of the project. */

export type ProjectManifest = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/**
 * The doors stay the same and lead to JavaScript; what only development needs is left out. The
 * sources lie in `src` there and at the top of the package here.
 */
export function publishedManifest(project: ProjectManifest): string {
  const { name, version, description, license, engines, bin } = project;
  const manifest = {
    name,
    version,
    description,
    license,
    type: "module",
    bin,
    exports: mapValues(project.exports, (path) => ({
      types: emitted(path, ".d.ts"),
      default: emitted(path, ".js"),
    })),
    imports: mapValues(shipped(project.imports), (path) => emitted(path, ".js")),
    engines,
    dependencies: project.dependencies ?? {},
    optionalDependencies: project.optionalDependencies ?? {},
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Without the doors beside `src`, which only tests and tools know. */
function shipped(paths: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(paths).filter(([, path]) => path.startsWith("./src/")));
}

/** "./src/core/system/mod.ts" becomes "./core/system/mod.js". */
function emitted(path: string, extension: ".js" | ".d.ts"): string {
  return path.replace(/^\.\/src\//, "./").replace(/\.ts$/, extension);
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
