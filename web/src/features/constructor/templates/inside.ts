// The inside of a template as a draft to look at: its steps in the parts of the canvas. Pure.
import type { Schemas } from "../../../api/client";
import type { OpenedBot } from "../editor/server";
import type { Draft, Fields, Id, WirePart } from "../graph/model";

type Steps = readonly Record<string, unknown>[];

/** Parts of steps in the shapes of the bot document; groups and connections have no ids there, they get them here. */
export function partsOfSteps(steps: Steps): WirePart[] {
  return steps.flatMap(({ id, connection_groups, template_instance, ...fields }) => {
    const stepId = String(id);
    const groups = ((connection_groups ?? []) as Fields[]).flatMap((group, place) => groupParts(stepId, group, place));
    const instance = template_instance ? [part("template_instance", stepId, template_instance as Fields)] : [];
    return [part("step", stepId, fields), ...instance, ...groups];
  });
}

function groupParts(stepId: Id, { connections, ...fields }: Fields, place: number): WirePart[] {
  const groupId = `${stepId}/${place}`;
  const inner = ((connections ?? []) as Fields[]).map((each, index) =>
    part("connection", `${groupId}/${index}`, { ...each, group_id: groupId, ordinal: index }),
  );
  return [part("connection_group", groupId, { ...fields, step_id: stepId, ordinal: place }), ...inner];
}

const part = (kind: string, id: Id, fields: Fields): WirePart => ({ kind, id, fields });

/** What an editor opens to show a template of a bot; requests and widgets are the bot's. */
export function openedTemplate(template: Schemas["TemplateOut"], outer: Draft): OpenedBot {
  const shared = (["request", "widget"] as const).flatMap((kind) =>
    [...outer[kind]].map(([id, fields]) => part(kind, id, { ...fields })),
  );
  const bot = {
    name: template.name,
    description: template.description,
    variables: template.variables,
    first_step_id: template.first_step_id,
  };
  return { version: 0, access: "viewer", bot, parts: [...partsOfSteps(apart(template.steps)), ...shared] };
}

const WIDE = 300;
const HIGH = 190;

/** Steps that would lie on one another one below the other: nobody may have drawn them yet. */
function apart(steps: Steps): Steps {
  const taken: [number, number][] = [];
  return steps.map((step) => {
    let [x, y] = (step.position ?? [0, 0]) as [number, number];
    while (taken.some(([left, top]) => Math.abs(left - x) < WIDE && Math.abs(top - y) < HIGH)) y += HIGH;
    taken.push([x, y]);
    return { ...step, position: [x, y] };
  });
}
