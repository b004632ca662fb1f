// Finding steps by what they say and do. Pure.
import { connectionsOf, type Draft, groupsOf, type Id } from "./model";
import { type Language, ruleInWords } from "./rules";

/** Steps that hold the words, those named so first. */
export function found(draft: Draft, query: string, language: Language): Id[] {
  const words = query.trim().toLowerCase();
  const holds = (text: string | null | undefined) => text?.toLowerCase().includes(words) ?? false;
  const named: Id[] = [];
  const inside: Id[] = [];
  for (const [id, step] of draft.step) {
    if (holds(step.name)) named.push(id);
    else if (
      holds(step.message?.text) ||
      holds(JSON.stringify(step.message?.params)) ||
      does(draft, id, holds, language)
    )
      inside.push(id);
  }
  return [...named, ...inside];
}

function does(draft: Draft, id: Id, holds: (text: string | null | undefined) => boolean, language: Language): boolean {
  return groupsOf(draft, id).some((groupId) => {
    const group = draft.connection_group.get(groupId);
    const request = group?.request_id ? draft.request.get(group.request_id) : undefined;
    if (holds(group?.code) || holds(group?.integration_id) || holds(request?.name) || holds(request?.request_url))
      return true;
    if (group?.variables.some(({ target, source }) => holds(target) || holds(String(source)))) return true;
    return connectionsOf(draft, groupId).some((each) =>
      holds(ruleInWords(draft.connection.get(each)?.rules, language)),
    );
  });
}
