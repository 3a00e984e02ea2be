/** What the manifest of the package must keep. Pure: the manifest in, words out. */

export type Manifest = {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** npm runs these by itself, on the machine of whoever installs the package. */
const installScripts = [
  "preinstall",
  "install",
  "postinstall",
  "prepublish",
  "preprepare",
  "prepare",
  "postprepare",
];

export function findManifestProblems(manifest: Manifest): readonly string[] {
  const scripts = installScripts.filter((name) => manifest.scripts?.[name] !== undefined);
  const versions = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  return [
    ...scripts.map((name) => `script "${name}" would run on installation`),
    ...versions
      .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version))
      .map(([name, version]) => `"${name}": "${version}" is not one exact version`),
  ];
}

/** A lock that names a registry works only where that registry can be reached. */
export function findLockProblems(lock: string): readonly string[] {
  const hosts = new Set([...lock.matchAll(/"resolved": "(\w+:\/\/[^/"]+)/g)].map(([, url]) => url));
  const problems = [...hosts].map((host) => `package-lock.json names the registry ${host}`);
  return /"hasInstallScript": true/.test(lock)
    ? [...problems, "package-lock.json has a package with an install script"]
    : problems;
}
