// The draft of a bot as the editor holds it: parts by kind and id, never changed in place, and the one way to change
// it. Pure: knows neither React nor the network.

export type Id = string;
export type Json = unknown;

export interface MessageFields {
  text: string;
  params: Json;
  attachments: Json[];
  widget_id: Id | null;
}

export interface StepFields {
  name: string;
  is_proxy: boolean;
  timeout_after: number | null;
  timeout_step_id: Id | null;
  position: [number, number];
  preset_id: string | null;
  preset_icon_s3_key: string | null;
  message: MessageFields | null;
  ordinal?: number | null;
}

export type SearchType = "message" | "response" | "code" | "integration";

export interface Saving {
  target: string;
  source: Json;
  mode: "set" | "append" | "file";
  ext: string | null;
}

export interface GroupFields {
  step_id: Id | null;
  search_type: SearchType;
  priority: number;
  request_id: Id | null;
  code: string | null;
  integration_id: string | null;
  integration_config: Record<string, Json>;
  credential_id: Id | null;
  variables: Saving[];
  ordinal?: number | null;
}

export interface ConnectionFields {
  group_id: Id | null;
  priority: number;
  rules: Record<string, Json>;
  filters: Json;
  next_step_id: Id | null;
  ordinal?: number | null;
}

export interface RequestFields {
  name: string;
  method: "get" | "post" | "put" | "patch" | "delete" | "head" | "options";
  request_url: string;
  url_params: Record<string, Json>;
  params: Record<string, Json>;
  headers: Record<string, Json>;
  json_field: Json;
  data: Json;
  content: string | null;
  attachments: Json[];
  proxies: Json;
  /** Null: as the server sets it. */
  timeout_seconds: number | null;
  retries: number | null;
  ordinal?: number | null;
}

export interface WidgetFields {
  name: string;
  description: string;
  body: string;
  css: string;
  js: string;
  ordinal?: number | null;
}

export interface NoteFields {
  text: string;
  position: [number, number];
  step_id: Id | null;
  ordinal?: number | null;
}

export interface InstanceFields {
  template_id: Id;
  inputs_mapping: Record<string, Json>;
  outputs_mapping: Record<string, Json>;
}

export interface BotFields {
  name: string;
  description: string;
  variables: Record<string, Json>;
  first_step_id: Id | null;
}

/** Kinds of parts and their fields, as `POST /bots/{id}/changes` calls them. */
export interface Kinds {
  bot: BotFields;
  step: StepFields;
  connection_group: GroupFields;
  connection: ConnectionFields;
  request: RequestFields;
  widget: WidgetFields;
  note: NoteFields;
  template_instance: InstanceFields;
}

export type Kind = keyof Kinds;
export type Op = "add" | "update" | "remove";

export interface Change {
  op: Op;
  kind: Kind;
  id: Id;
  fields: Record<string, Json>;
}

export type Fields = Record<string, Json>;
type Table<T> = ReadonlyMap<Id, T>;

export interface Draft {
  readonly botId: Id;
  readonly bot: BotFields;
  readonly step: Table<StepFields>;
  readonly connection_group: Table<GroupFields>;
  readonly connection: Table<ConnectionFields>;
  readonly request: Table<RequestFields>;
  readonly widget: Table<WidgetFields>;
  readonly note: Table<NoteFields>;
  readonly template_instance: Table<InstanceFields>;
  /** Groups of a step in the order they are tried; of the bot itself (master groups) under MASTER. */
  readonly groupsOf: ReadonlyMap<Id, readonly Id[]>;
  readonly connectionsOf: ReadonlyMap<Id, readonly Id[]>;
}

export const MASTER = "master";
const NO_IDS: readonly Id[] = [];
export const TABLES = [
  "step",
  "connection_group",
  "connection",
  "request",
  "widget",
  "note",
  "template_instance",
] as const;
type TableKind = (typeof TABLES)[number];

export interface WirePart {
  kind: string;
  id: Id;
  fields: Fields;
}

export function isTableKind(kind: string): kind is TableKind {
  return (TABLES as readonly string[]).includes(kind);
}

/** The draft of the parts that `GET /bots/{id}/draft` gives. */
export function draftOf(botId: Id, bot: BotFields, parts: readonly WirePart[]): Draft {
  const tables = Object.fromEntries(TABLES.map((kind) => [kind, new Map<Id, Fields>()])) as Record<
    TableKind,
    Map<Id, Fields>
  >;
  for (const { kind, id, fields } of parts) if (isTableKind(kind)) tables[kind].set(id, fields);
  const { name, description, variables, first_step_id } = bot;
  const bare = { botId, bot: { name, description, variables, first_step_id }, ...tables } as unknown as Draft;
  return { ...bare, groupsOf: allGroups(bare), connectionsOf: allConnections(bare) };
}

export function groupsOf(draft: Draft, stepId: Id | null): readonly Id[] {
  return draft.groupsOf.get(stepId ?? MASTER) ?? NO_IDS;
}

export function connectionsOf(draft: Draft, groupId: Id): readonly Id[] {
  return draft.connectionsOf.get(groupId) ?? NO_IDS;
}

export function partOf<K extends Kind>(draft: Draft, kind: K, id: Id): Kinds[K] | undefined {
  if (kind === "bot") return draft.bot as Kinds[K];
  return (draft[kind as TableKind] as Table<unknown>).get(id) as Kinds[K] | undefined;
}

interface Ordered {
  priority: number;
  ordinal?: number | null;
}

function byTurn(one: Ordered, other: Ordered): number {
  return one.priority - other.priority || (one.ordinal ?? Number.MAX_VALUE) - (other.ordinal ?? Number.MAX_VALUE);
}

function gathered<T extends Ordered>(table: Table<T>, parentOf: (part: T) => Id | null): Map<Id, Id[]> {
  const found = new Map<Id, Id[]>();
  for (const [id, part] of table) {
    const parent = parentOf(part) ?? MASTER;
    const siblings = found.get(parent);
    if (siblings) siblings.push(id);
    else found.set(parent, [id]);
  }
  for (const ids of found.values()) if (ids.length > 1) sortByTurn(ids, table);
  return found;
}

function sortByTurn<T extends Ordered>(ids: Id[], table: Table<T>): void {
  ids.sort((one, other) => byTurn(table.get(one) as T, table.get(other) as T));
}

const allGroups = (draft: Draft) => gathered(draft.connection_group, (group) => group.step_id);
const allConnections = (draft: Draft) => gathered(draft.connection, (connection) => connection.group_id);

/** What a change cannot be applied to: the part is gone, or there already. */
export class Inapplicable extends Error {}

interface Working {
  draft: Record<string, unknown> & Draft;
  copied: Set<string>;
}

/** The draft after the changes, and the changes that lead back. Raises Inapplicable; `draft` itself stays as it is. */
export function applied(draft: Draft, changes: readonly Change[]): { draft: Draft; back: Change[] } {
  const work: Working = { draft: { ...draft } as Working["draft"], copied: new Set() };
  const back: Change[] = [];
  for (const change of changes) back.unshift(applyOne(work, change));
  return { draft: work.draft, back };
}

function own<V>(work: Working, name: string): Map<Id, V> {
  const map = work.draft[name] as Map<Id, V>;
  if (work.copied.has(name)) return map;
  work.copied.add(name);
  const copy = new Map(map);
  (work.draft as Record<string, unknown>)[name] = copy;
  return copy;
}

function applyOne(work: Working, { op, kind, id, fields }: Change): Change {
  if (kind === "bot") {
    const before = work.draft.bot;
    (work.draft as { bot: BotFields }).bot = { ...before, ...fields };
    return { op: "update", kind, id, fields: picked(before as unknown as Fields, fields) };
  }
  const before = (work.draft[kind] as unknown as Map<Id, Fields>).get(id);
  if ((before === undefined) !== (op === "add")) throw new Inapplicable(`${op} ${kind} ${id}`);
  const table = own<Fields>(work, kind);
  if (op === "remove") table.delete(id);
  else table.set(id, op === "add" ? { ...DEFAULTS[kind], ...fields } : { ...before, ...fields });
  reindex(work, kind, id, before, table.get(id));
  if (op === "add") return { op: "remove", kind, id, fields: {} };
  if (op === "remove") return { op: "add", kind, id, fields: before as Fields };
  return { op: "update", kind, id, fields: picked(before as Fields, fields) };
}

function picked(before: Fields, names: Fields): Fields {
  return Object.fromEntries(Object.keys(names).map((name) => [name, before[name] ?? null]));
}

const INDEX = {
  connection_group: { index: "groupsOf", parent: "step_id" },
  connection: { index: "connectionsOf", parent: "group_id" },
} as const;

function reindex(work: Working, kind: Kind, id: Id, before: Fields | undefined, now: Fields | undefined): void {
  if (kind !== "connection_group" && kind !== "connection") return;
  const { index, parent } = INDEX[kind];
  const keep = before && now && before[parent] === now[parent] && before.priority === now.priority;
  if (keep && before.ordinal === now.ordinal) return;
  const map = own<readonly Id[]>(work, index);
  const from = before && ((before[parent] as Id | null) ?? MASTER);
  const to = now && ((now[parent] as Id | null) ?? MASTER);
  if (from !== undefined) {
    const rest = (map.get(from) ?? NO_IDS).filter((each) => each !== id);
    if (rest.length) map.set(from, rest);
    else map.delete(from);
  }
  if (to !== undefined) {
    const ids = [...(map.get(to) ?? NO_IDS), id];
    sortByTurn(ids, work.draft[kind] as unknown as Table<Ordered>);
    map.set(to, ids);
  }
}

export const EMPTY_MESSAGE: MessageFields = { text: "", params: {}, attachments: [], widget_id: null };

/** What the server fills in for absent fields of a new part. */
export const DEFAULTS: { [K in TableKind]: Fields } = {
  step: {
    name: "",
    is_proxy: false,
    timeout_after: null,
    timeout_step_id: null,
    position: [0, 0],
    preset_id: null,
    preset_icon_s3_key: null,
    message: null,
    ordinal: null,
  },
  connection_group: {
    step_id: null,
    search_type: "message",
    priority: 0,
    request_id: null,
    code: null,
    integration_id: null,
    integration_config: {},
    credential_id: null,
    variables: [],
    ordinal: null,
  },
  connection: { group_id: null, priority: 0, rules: {}, filters: null, next_step_id: null, ordinal: null },
  request: {
    name: "",
    method: "get",
    request_url: "",
    url_params: {},
    params: {},
    headers: {},
    json_field: null,
    data: null,
    content: null,
    attachments: [],
    proxies: null,
    timeout_seconds: null,
    retries: null,
    ordinal: null,
  },
  widget: { name: "", description: "", body: "", css: "", js: "", ordinal: null },
  note: { text: "", position: [0, 0], step_id: null, ordinal: null },
  template_instance: { inputs_mapping: {}, outputs_mapping: {} },
};

/** A new id; sorted by time as the server's own are. */
export function newId(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))): Id {
  const bytes = [...random];
  bytes[0] = 0x70 | ((bytes[0] ?? 0) & 0x0f);
  bytes[2] = 0x80 | ((bytes[2] ?? 0) & 0x3f);
  const hex = now.toString(16).padStart(12, "0") + bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
