// Steps as text for the clipboard, a fragment of a bot document, and the way back into any bot. Pure.

import { type Change, connectionsOf, type Draft, type Fields, groupsOf, type Id, newId, type WirePart } from "./model";
import { freeName } from "./names";

const FORMAT = "dbcv.fragment";

interface Fragment {
  format: typeof FORMAT;
  version: 1;
  parts: WirePart[];
  /** The bot it was copied in: only there are its credentials and templates. */
  bot_id?: Id;
}

/** The steps and notes with what hangs on them and what they use, as text. */
export function copied(draft: Draft, ids: Iterable<Id>): string {
  const parts: WirePart[] = [];
  const used = { request: new Set<Id>(), widget: new Set<Id>() };
  for (const id of ids) {
    const note = draft.note.get(id);
    if (note) parts.push({ kind: "note", id, fields: { ...note } });
    const step = draft.step.get(id);
    if (!step) continue;
    parts.push({ kind: "step", id, fields: { ...step } });
    if (step.message?.widget_id) used.widget.add(step.message.widget_id);
    const instance = draft.template_instance.get(id);
    if (instance) parts.push({ kind: "template_instance", id, fields: { ...instance } });
    for (const groupId of groupsOf(draft, id)) {
      const group = draft.connection_group.get(groupId);
      if (group?.request_id) used.request.add(group.request_id);
      parts.push({ kind: "connection_group", id: groupId, fields: { ...group } });
      for (const each of connectionsOf(draft, groupId))
        parts.push({ kind: "connection", id: each, fields: { ...draft.connection.get(each) } });
    }
  }
  for (const kind of ["request", "widget"] as const)
    for (const id of used[kind]) {
      const part = draft[kind].get(id);
      if (part) parts.push({ kind, id, fields: { ...part } });
    }
  const fragment: Fragment = { format: FORMAT, version: 1, bot_id: draft.botId, parts: parts.map(withoutOrdinal) };
  return JSON.stringify(fragment, null, 2);
}

function withoutOrdinal({ kind, id, fields: { ordinal: _, ...fields } }: WirePart): WirePart {
  return { kind, id, fields };
}

/** The text of a fragment whose parts are written as a JSON list; what is none makes no fragment. */
export function fragmentText(parts: string): string {
  return `{"format": "${FORMAT}", "version": 1, "parts": ${parts.trim()}}`;
}

/** What a text holds, and the bot it comes from; null if it is no fragment. */
export interface Copied {
  parts: WirePart[];
  botId: Id | null;
}

export function readFragment(text: string): Copied | null {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null || (found as Fragment).format !== FORMAT) return null;
    const { parts, bot_id } = found as Fragment;
    return Array.isArray(parts) && parts.every(isPart) ? { parts, botId: bot_id ?? null } : null;
  } catch {
    return null; // Some other text.
  }
}

function isPart(part: unknown): part is WirePart {
  if (typeof part !== "object" || part === null) return false;
  const { kind, id, fields } = part as Partial<WirePart>;
  return ORDER.includes(String(kind)) && typeof id === "string" && typeof fields === "object" && fields !== null;
}

const ORDER = ["widget", "request", "step", "template_instance", "connection_group", "connection", "note"];
const LINKS: Record<string, readonly string[]> = {
  step: ["timeout_step_id"],
  connection_group: ["step_id", "request_id"],
  connection: ["group_id", "next_step_id"],
  note: ["step_id"],
};

export interface Pasted {
  changes: Change[];
  /** The new steps and notes. */
  ids: Id[];
}

/** The fragment with new ids at a place; what leads out of it leads to the same parts where this draft has them. A
 * credential goes along within its bot only: another bot may not use it. */
export function pasted(draft: Draft, { parts, botId }: Copied, at: [number, number], id = () => newId()): Pasted {
  const isHere = botId === draft.botId;
  const shared = (part: WirePart) =>
    (part.kind === "request" || part.kind === "widget") && draft[part.kind].has(part.id);
  const templates = new Set<unknown>([...draft.template_instance.values()].map((instance) => instance.template_id));
  const hasTemplate = (part: WirePart) => isHere || templates.has(part.fields.template_id);
  const wanted = parts.filter((part) => !shared(part) && (part.kind !== "template_instance" || hasTemplate(part)));
  const news = new Map(wanted.filter((part) => part.kind !== "template_instance").map((part) => [part.id, id()]));
  const link = (old: unknown): Id | null => {
    if (typeof old !== "string") return null;
    const known = draft.step.has(old) || draft.request.has(old) || draft.widget.has(old);
    return news.get(old) ?? (known ? old : null);
  };
  const [left, top] = corner(wanted);
  const taken = new Set([...draft.step.values()].map((step) => step.name));
  const placed = [...wanted].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  const changes = placed.map((part): Change => {
    const fields: Fields = { ...part.fields };
    for (const name of LINKS[part.kind] ?? []) fields[name] = link(fields[name]);
    if (part.kind === "connection_group" && !isHere) fields.credential_id = null;
    if (isPlaced(part)) {
      const [x, y] = part.fields.position as [number, number];
      fields.position = [at[0] + x - left, at[1] + y - top];
    }
    const newOne = news.get(part.id) ?? part.id;
    if (part.kind === "step") {
      fields.name = freeName(String(fields.name ?? ""), taken);
      const message = fields.message as Fields | null;
      if (message) fields.message = { ...message, widget_id: link(message.widget_id) };
    }
    return { op: "add", kind: part.kind as Change["kind"], id: newOne, fields };
  });
  const ids = wanted.filter(isPlaced).map((part) => news.get(part.id) as Id);
  const first = draft.step.size === 0 ? beginning(wanted) : null;
  if (first)
    changes.push({ op: "update", kind: "bot", id: draft.botId, fields: { first_step_id: news.get(first) ?? null } });
  return { changes, ids };
}

/** Where a bot of these parts begins: at the first step that none of them leads to. */
function beginning(parts: readonly WirePart[]): Id | null {
  const steps = parts.filter((part) => part.kind === "step");
  const goals = new Set(parts.flatMap(({ fields }) => [fields.next_step_id, fields.timeout_step_id]));
  return (steps.find((part) => !goals.has(part.id)) ?? steps[0])?.id ?? null;
}

const isPlaced = (part: WirePart) => part.kind === "step" || part.kind === "note";

function corner(parts: readonly WirePart[]): [number, number] {
  const places = parts.filter(isPlaced).map((part) => part.fields.position as [number, number]);
  return [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))];
}
