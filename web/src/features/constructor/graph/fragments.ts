// A preset's fragment, in the shapes of the bot document, as changes of a draft. Pure.
import { type Change, type Fields, type Id, newId } from "./model";

export interface Fragment {
  first_step_id: string;
  steps: Fields[];
  requests: Fields[];
}

/** The fragment's parts with new ids; `firstId` is the step that leads in. */
export function fragmentChanges(fragment: Fragment, id = () => newId()): { changes: Change[]; firstId: Id; ids: Id[] } {
  const news = new Map<string, Id>();
  for (const part of [...fragment.steps, ...fragment.requests]) news.set(String(part.id), id());
  const link = (old: unknown) => (typeof old === "string" ? (news.get(old) ?? old) : null);
  const changes: Change[] = fragment.requests.map(({ id: old, ...fields }) => add("request", link(old) as Id, fields));
  const late: Change[] = [];
  for (const { id: old, connection_groups, template_instance, ...fields } of fragment.steps) {
    const stepId = link(old) as Id;
    changes.push(add("step", stepId, { ...fields, timeout_step_id: link(fields.timeout_step_id) }));
    if (template_instance) late.push(add("template_instance", stepId, template_instance as Fields));
    for (const group of (connection_groups ?? []) as Fields[]) {
      const groupId = id();
      const { connections, ...rest } = group;
      late.push(add("connection_group", groupId, { ...rest, step_id: stepId, request_id: link(group.request_id) }));
      for (const connection of (connections ?? []) as Fields[]) {
        const target = link(connection.next_step_id);
        late.push(add("connection", id(), { ...connection, group_id: groupId, next_step_id: target }));
      }
    }
  }
  const ids = fragment.steps.map((step) => link(step.id) as Id);
  return { changes: [...changes, ...late], firstId: link(fragment.first_step_id) as Id, ids };
}

function add(kind: Change["kind"], id: Id, fields: Fields): Change {
  return { op: "add", kind, id, fields };
}
