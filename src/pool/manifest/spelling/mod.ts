/**
 * How values are spelled in a manifest that noos writes.
 *
 * Knows: durations, sizes and bounds in the one text that is read as just this value, and YAML in
 * one style. Nothing of what the values are about.
 * Must hold: what is written is read as what it was.
 * Never imports: what reads a manifest.
 */
export { exactDuration, exactLimit, exactQueueLimit } from "./exact-forms.ts";
export { formatYaml, type YamlValue } from "./format-yaml.ts";
