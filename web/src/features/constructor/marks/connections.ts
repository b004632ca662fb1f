// What became of each connection since a version. Connections have no names in a document: they are matched by what they
// do, in the order in which the server matches them for its sentences. Pure.
import type { ConnectionFields, Draft, Fields, GroupFields, Id, Json } from "../graph/model";
import { storedConnections, storedGroups } from "../talk/way";
import type { Mark } from "./marks";

interface OldGroup {
  signature: readonly Json[];
  ways: readonly Fields[];
}

interface OldStep {
  id: Id;
  name: string;
  position: readonly [number, number];
  timeout_after: number | null;
  timeout_step_id: Id | null;
  groups: readonly OldGroup[];
}

/** A published version, as far as it is compared with the draft on the canvas. */
export interface OldVersion {
  steps: ReadonlyMap<Id, OldStep>;
  masters: readonly OldGroup[];
}

/** A connection that is gone or led elsewhere, between steps that are known; `sourceId` null: of the master groups. */
export interface GoneLine {
  id: string;
  sourceId: Id | null;
  targetId: Id;
  rules: Record<string, Json>;
  /** Of a waiting time; null for a connection. */
  seconds: number | null;
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

function oldGroups(value: unknown): OldGroup[] {
  return listOf(value).map((group) => ({ signature: signatureOf(group), ways: listOf(group.connections) }));
}

/** The version in a document that the server gave; what it leaves out has its default. */
export function versionIn(document: Fields): OldVersion {
  const steps = listOf(document.steps).map((step): [Id, OldStep] => [
    step.id as Id,
    {
      id: step.id as Id,
      name: (step.name as string | undefined) ?? "",
      position: (step.position as [number, number] | undefined) ?? [0, 0],
      timeout_after: (step.timeout_after as number | null | undefined) ?? null,
      timeout_step_id: (step.timeout_step_id as Id | null | undefined) ?? null,
      groups: oldGroups(step.connection_groups),
    },
  ]);
  return { steps: new Map(steps), masters: oldGroups(document.master_connection_groups) };
}

const signatureOf = (group: Fields | GroupFields) => [
  group.search_type ?? "message",
  group.request_id ?? null,
  group.integration_id ?? null,
];

/** JSON with names in order: a stored document need not have them in that of the draft. */
function canonical(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Fields)[name])}`).join()}}`;
}

type Way = Fields | ConnectionFields;
const WAYS = new WeakMap<Way, string>();

/** Parts are never changed in place: what was said of one once holds. */
function wayKey(way: Way): string {
  const known = WAYS.get(way);
  if (known !== undefined) return known;
  const key = canonical([way.rules ?? {}, way.next_step_id ?? null, way.priority ?? 0, way.filters ?? null]);
  WAYS.set(way, key);
  return key;
}

interface NewWay {
  id: Id;
  way: ConnectionFields;
}

interface NewGroup {
  signature: readonly Json[];
  ways: readonly NewWay[];
}

function newGroups(draft: Draft, stepId: Id | null): NewGroup[] {
  return storedGroups(draft, stepId).map((groupId) => ({
    signature: signatureOf(draft.connection_group.get(groupId) as GroupFields),
    ways: storedConnections(draft, groupId).map((id) => ({ id, way: draft.connection.get(id) as ConnectionFields })),
  }));
}

type Key<T> = (entry: T) => string;

function groupedBy<T>(entries: Iterable<T>, keyOf: Key<T>): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const alike = found.get(key);
    if (alike) alike.push(entry);
    else found.set(key, [entry]);
  }
  return found;
}

/** Old and new that are probably one part: those alike in the first key, in the next one, at last by their order. */
function paired<O, N>(old: readonly O[], now: readonly N[], keys: readonly [Key<O>, Key<N>][]): [O | null, N | null][] {
  const left = new Set(old);
  const twin = new Map<N, O>();
  for (const [oldKey, newKey] of keys) {
    const known = groupedBy(left, oldKey);
    for (const entry of now) {
      const found = twin.has(entry) ? undefined : known.get(newKey(entry))?.shift();
      if (found === undefined) continue;
      twin.set(entry, found);
      left.delete(found);
    }
  }
  const rest = [...left];
  const pairs = now.map((entry): [O | null, N | null] => [twin.get(entry) ?? rest.shift() ?? null, entry]);
  return [...pairs, ...rest.map((entry): [O | null, N | null] => [entry, null])];
}

const GROUP_KEYS: [Key<OldGroup>, Key<NewGroup>][] = [
  [
    ({ signature, ways }) => [...signature, ...ways.map(wayKey)].join("\n"),
    ({ signature, ways }) => [...signature, ...ways.map(({ way }) => wayKey(way))].join("\n"),
  ],
  [({ signature }) => signature.join("\n"), ({ signature }) => signature.join("\n")],
];
const rulesKey = (way: Way) => canonical(way.rules ?? {});
const WAY_KEYS: [Key<Fields>, Key<NewWay>][] = [
  [wayKey, ({ way }) => wayKey(way)],
  [
    (old) => rulesKey(old) + String(old.next_step_id ?? null),
    ({ way }) => rulesKey(way) + String(way.next_step_id ?? null),
  ],
  [rulesKey, ({ way }) => rulesKey(way)],
  [(old) => String(old.next_step_id ?? null), ({ way }) => String(way.next_step_id ?? null)],
];

class Comparison {
  readonly edges = new Map<string, Mark>();
  readonly gone: GoneLine[] = [];
  /** Steps whose connections are not what they were. */
  readonly touched = new Set<Id>();

  private readonly draft: Draft;
  private readonly version: OldVersion;

  constructor(draft: Draft, version: OldVersion) {
    this.draft = draft;
    this.version = version;
  }

  groups(stepId: Id | null, before: readonly OldGroup[]): void {
    const now = newGroups(this.draft, stepId);
    if (isSame(before, now)) return;
    for (const [old, found] of paired(before, now, GROUP_KEYS))
      for (const [gone, come] of paired(old?.ways ?? [], found?.ways ?? [], WAY_KEYS)) this.way(stepId, gone, come);
  }

  private way(stepId: Id | null, old: Fields | null, now: NewWay | null): void {
    if (old && now && wayKey(old) === wayKey(now.way)) return;
    if (stepId) this.touched.add(stepId);
    if (now) this.edges.set(now.id, old ? "changed" : "added");
    const target = (old?.next_step_id as Id | null | undefined) ?? null;
    if (old && target !== (now?.way.next_step_id ?? null))
      this.leave(stepId, target, (old.rules as Fields | undefined) ?? {}, null);
  }

  timeout({ id, timeout_after: before, timeout_step_id: target }: OldStep): void {
    const now = this.draft.step.get(id);
    if (!now || (now.timeout_after === before && now.timeout_step_id === target)) return;
    this.touched.add(id);
    if (now.timeout_step_id !== null || now.timeout_after !== null)
      this.edges.set(`timeout:${id}`, before === null && target === null ? "added" : "changed");
    if (now.timeout_step_id !== target) this.leave(id, target, {}, before ?? 0);
  }

  leave(sourceId: Id | null, targetId: Id | null, rules: Fields, seconds: number | null): void {
    const isKnown = (id: Id) => this.draft.step.has(id) || this.version.steps.has(id);
    if (targetId === null || !isKnown(targetId)) return;
    this.gone.push({ id: `gone:${this.gone.length}`, sourceId, targetId, rules, seconds });
  }
}

function isSame(before: readonly OldGroup[], now: readonly NewGroup[]): boolean {
  if (before.length !== now.length) return false;
  return before.every(({ signature, ways }, index) => {
    const group = now[index];
    return (
      group?.ways.length === ways.length &&
      signature.every((value, place) => value === group.signature[place]) &&
      ways.every((way, place) => wayKey(way) === wayKey(group.ways[place]?.way as ConnectionFields))
    );
  });
}

/** Connections and waiting times that were added, changed or removed. */
export function connectionMarks(draft: Draft, version: OldVersion): Comparison {
  const found = new Comparison(draft, version);
  for (const id of draft.step.keys()) found.groups(id, version.steps.get(id)?.groups ?? []);
  found.groups(null, version.masters);
  for (const [id, step] of draft.step)
    if (!version.steps.has(id) && step.timeout_step_id !== null) found.edges.set(`timeout:${id}`, "added");
  for (const step of version.steps.values()) {
    if (draft.step.has(step.id)) found.timeout(step);
    else leaveStep(found, step);
  }
  return found;
}

/** What led on from a step that is gone. */
function leaveStep(found: Comparison, { id, groups, timeout_after, timeout_step_id }: OldStep): void {
  for (const { ways } of groups)
    for (const way of ways)
      found.leave(id, (way.next_step_id as Id | null | undefined) ?? null, (way.rules as Fields) ?? {}, null);
  found.leave(id, timeout_step_id, {}, timeout_after ?? 0);
}
