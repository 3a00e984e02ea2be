import { printable } from "#core/base";
import { comparedFields } from "./compared-fields.ts";
import type {
  FieldChange,
  Plan,
  ProcessChange,
  QueueChange,
  SupervisorChange,
} from "./plan-changes.ts";

/** A plan for a terminal: a line for each process that does not stay as it is, and its fields. */
export function formatPlan(plan: Plan): string {
  return [
    `${plan.app}: ${headline(plan)}`,
    ...(plan.appBefore === undefined ? [] : [`  it was called ${plan.appBefore}`]),
    ...plan.processes.flatMap(processLines),
    ...plan.supervisors.map(supervisorLine),
    ...plan.queueChanges.map(queueLine),
    "",
  ].join("\n");
}

const effectTexts = {
  restart: "restart",
  renew: "renew, with the old beside the new until that answers",
  configure: "configure, without a restart",
} as const;

function headline({ counts, isEmpty }: Plan): string {
  const { added, removed, restarted, renewed, configured, kept, starts, ends } = counts;
  if (isEmpty) return `nothing to change, ${kept} kept`;
  const parts = [
    ...(added > 0 ? [`${added} to add`] : []),
    ...(removed > 0 ? [`${removed} to remove`] : []),
    ...(restarted > 0 ? [`${restarted} to restart`] : []),
    ...(renewed > 0 ? [`${renewed} to renew`] : []),
    ...(configured > 0 ? [`${configured} to configure`] : []),
    `${kept} kept`,
  ];
  const start = starts === 1 ? "process starts" : "processes start";
  return `${parts.join(", ")}; ${starts} ${start}, ${ends} end`;
}

function processLines(change: ProcessChange): readonly string[] {
  switch (change.kind) {
    case "kept":
      return [];
    case "added":
      return [`+ ${change.name}: ${change.spec.count} of ${printable(change.spec.image)}`];
    case "removed":
      return [`- ${change.name}: ${change.spec.count} of ${printable(change.spec.image)}`];
    case "changed": {
      return [
        `~ ${change.name}: ${effectTexts[change.effect]}`,
        ...change.fields.map((field) => `    ${line(field)}`),
      ];
    }
  }
}

/** How a field of a process is shown, by its key; others are texts. */
const showers: ReadonlyMap<string, (value: never) => string> = new Map(
  comparedFields.map(({ key, show }) => [key, show]),
);

function line({ key, from, to }: FieldChange): string {
  const show = showers.get(key) ?? String;
  const [was, is] = [from, to].map((value) => printable(show(value as never)));
  return was === is ? `${key}: ${is}, with other content` : `${key}: ${was} → ${is}`;
}

function queueLine(change: QueueChange): string {
  switch (change.kind) {
    case "added":
      return `+ queue ${change.name}`;
    case "removed":
      return `- queue ${change.name}, whose messages are kept`;
    case "changed":
      return `~ queue ${change.name}: ${change.bound} ${change.from} → ${change.to}`;
  }
}

function supervisorLine(change: SupervisorChange): string {
  switch (change.kind) {
    case "added":
      return `+ supervisor ${change.name}: ${change.strategy}`;
    case "removed":
      return `- supervisor ${change.name}`;
    case "changed":
      return `~ supervisor ${change.name}: ${change.field} ${change.from} → ${change.to}`;
  }
}
