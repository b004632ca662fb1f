// What a card on the canvas shows of a step, and where everything on it stands: sizes are computed, never measured, so
// that a thousand cards need no layout. Pure.
import {
  connectionsOf,
  type Draft,
  type GroupFields,
  groupsOf,
  type Id,
  type Json,
  MASTER,
  type MessageFields,
  type StepFields,
} from "./model";
import { isOtherwise, type Language, onlyWayInWords, ruleInWords } from "./rules";

export type CardKind =
  | "message"
  | "question"
  | "logic"
  | "request"
  | "code"
  | "integration"
  | "template"
  | "handover"
  | "timer";

export interface Row {
  /** The handle that leads on from this row: "c:<connection>", "else:<group>", "timeout"; none on a line of work. */
  handle: string | null;
  type: "work" | "connection" | "otherwise" | "missing" | "timeout";
  groupId: Id | null;
  connectionId: Id | null;
  /** What is said, but for work (its parts) and timeouts (seconds). */
  words: string;
  targetId: Id | null;
  target: string | null;
  y: number;
}

export interface Preview {
  text: string;
  lines: number;
  buttons: string[];
  moreButtons: number;
  attachments: number;
  hasWidget: boolean;
}

export interface Card {
  id: Id;
  kind: CardKind;
  name: string;
  isFirst: boolean;
  isSlim: boolean;
  /** Who is called, of a step that calls an integration: "telegram". */
  vendor: string | null;
  /** The template that the step runs. */
  templateId: Id | null;
  /** The ready-made piece it came with. */
  presetId: string | null;
  /** It judges the answers of a ready-made question: around it stand the question, asking again and keeping. */
  isHeart: boolean;
  preview: Preview | null;
  rows: Row[];
  height: number;
}

export const CARD_WIDTH = 280;
export const HEADER_HEIGHT = 44;
export const SLIM_HEADER_HEIGHT = 36;
export const ROW_HEIGHT = 32;
const LINE_HEIGHT = 18;
const LINE_CHARS = 33;
const MOST_LINES = 4;
const BUBBLE_PADDING = 16;
const GAP = 8;
const CHIP_HEIGHT = 26;
const EXTRA_HEIGHT = 22;
const MOST_BUTTONS = 3;

/** The connection leads to no step of its own: it takes its name from the id. */
export function stepName(draft: Draft, id: Id | null): string | null {
  if (id === null) return null;
  const step = draft.step.get(id);
  return step ? step.name || step.message?.text.slice(0, 40) || "…" : null;
}

const WORK_KINDS = { response: "request", code: "code", integration: "integration" } as const;

export function kindOf(step: StepFields, groups: readonly GroupFields[], isTemplate: boolean): CardKind {
  if (isTemplate) return "template";
  if (step.preset_id === "handover") return "handover";
  const work = groups.find((group) => group.search_type !== "message")?.search_type;
  if (work && work !== "message" && (step.is_proxy || !step.message)) return WORK_KINDS[work];
  if (step.message && !step.is_proxy && groups.length) return "question";
  if (step.message) return "message";
  if (step.timeout_after !== null && !step.is_proxy) return "timer";
  return "logic";
}

/** Quick replies of a message, whatever shape its params have. */
export function buttonsOf(message: MessageFields | null): { text: string; value: Json }[] {
  const params = message?.params;
  const buttons = typeof params === "object" && params !== null ? (params as Record<string, Json>).buttons : null;
  if (!Array.isArray(buttons)) return [];
  return buttons.map((button) => {
    if (typeof button !== "object" || button === null) return { text: String(button), value: button };
    const { text, value } = button as Record<string, Json>;
    return { text: String(text ?? value ?? ""), value: value ?? text ?? "" };
  });
}

function previewOf(message: MessageFields): Preview {
  const buttons = buttonsOf(message).map((button) => button.text);
  const lines = message.text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_CHARS)), 0);
  return {
    text: message.text.slice(0, 400),
    lines: Math.min(MOST_LINES, lines),
    buttons: buttons.slice(0, MOST_BUTTONS),
    moreButtons: Math.max(0, buttons.length - MOST_BUTTONS),
    attachments: message.attachments.length,
    hasWidget: message.widget_id !== null,
  };
}

export function bubbleHeight(preview: Preview): number {
  return preview.lines * LINE_HEIGHT + BUBBLE_PADDING;
}

function previewHeight(preview: Preview): number {
  const chips = preview.buttons.length ? CHIP_HEIGHT + 4 : 0;
  const extra = preview.attachments || preview.hasWidget ? EXTRA_HEIGHT : 0;
  return bubbleHeight(preview) + chips + extra + GAP;
}

/** A line of work in short: "POST crm.example/deals → session.deal". */
export function workInWords(draft: Draft, group: GroupFields): string {
  const saved = group.variables.length ? ` → ${group.variables.map((each) => each.target).join(", ")}` : "";
  if (group.search_type === "response") {
    const request = group.request_id ? draft.request.get(group.request_id) : undefined;
    if (!request) return "";
    const url = request.request_url.replace(/^https?:\/\//, "");
    return url && `${request.method.toUpperCase()} ${url}${saved}`;
  }
  if (group.search_type === "code") {
    const lines = (group.code ?? "").split("\n").map((line) => line.trim());
    return `${lines.find((line) => line && !line.startsWith("async def") && !line.startsWith("#")) ?? ""}${saved}`;
  }
  return `${group.integration_id ?? ""}${saved}`;
}

/** What the way without a rule is called at this step: there, or still to be made. */
export function elseInWords(draft: Draft, id: Id | null, language: Language): string {
  const step = id === null ? undefined : draft.step.get(id);
  const groups = groupsOf(draft, id);
  const ways = groups.flatMap((each) => connectionsOf(draft, each));
  if (!step || ways.some((each) => !isOtherwise(draft.connection.get(each)?.rules))) return ruleInWords({}, language);
  const works = groups.some((each) => draft.connection_group.get(each)?.search_type !== "message");
  return onlyWayInWords(!step.is_proxy && !works, language);
}

function rowsOf(draft: Draft, id: Id | null, step: StepFields | null, language: Language): Row[] {
  const rows: Row[] = [];
  const add = (row: Partial<Row> & Pick<Row, "type">) =>
    rows.push({
      handle: null,
      groupId: null,
      connectionId: null,
      words: "",
      targetId: null,
      target: null,
      y: 0,
      ...row,
    });
  const groups = groupsOf(draft, id);
  for (const groupId of groups) {
    const group = draft.connection_group.get(groupId) as GroupFields;
    if (group.search_type !== "message") add({ type: "work", groupId, words: workInWords(draft, group) });
    for (const connectionId of connectionsOf(draft, groupId)) {
      const connection = draft.connection.get(connectionId);
      if (!connection) continue;
      const targetId = connection.next_step_id;
      const type = isOtherwise(connection.rules) ? "otherwise" : "connection";
      const words = type === "otherwise" ? elseInWords(draft, id, language) : ruleInWords(connection.rules, language);
      const target = stepName(draft, targetId);
      add({ type, handle: `c:${connectionId}`, groupId, connectionId, words, targetId, target });
    }
  }
  if (step && !rows.some((row) => row.type === "otherwise"))
    add({
      type: "missing",
      handle: `else:${groups.at(-1) ?? ""}`,
      groupId: groups.at(-1) ?? null,
      words: elseInWords(draft, id, language),
    });
  if (step && (step.timeout_after !== null || step.timeout_step_id !== null)) {
    const target = stepName(draft, step.timeout_step_id);
    add({
      type: "timeout",
      handle: "timeout",
      words: String(step.timeout_after ?? ""),
      targetId: step.timeout_step_id,
      target,
    });
  }
  return rows;
}

/** The groups that are tried before every step's own, as a card of their own; null where there are none. */
function makeMasterCard(draft: Draft, language: Language): Card | null {
  if (!groupsOf(draft, null).length) return null;
  const rows = rowsOf(draft, null, null, language);
  rows.forEach((row, index) => {
    row.y = HEADER_HEIGHT + index * ROW_HEIGHT;
  });
  const height = HEADER_HEIGHT + rows.length * ROW_HEIGHT + GAP;
  const none = {
    isFirst: false,
    isSlim: false,
    vendor: null,
    templateId: null,
    presetId: null,
    isHeart: false,
    preview: null,
  };
  return { id: MASTER, kind: "logic", name: "", ...none, rows, height };
}

function vendorOf(groups: readonly GroupFields[]): string | null {
  const id = groups.find((group) => group.search_type === "integration")?.integration_id;
  return id?.split(".", 1)[0] || null;
}

export function makeCard(draft: Draft, id: Id, language: Language): Card | null {
  if (id === MASTER) return makeMasterCard(draft, language);
  const step = draft.step.get(id);
  if (!step) return null;
  const groups = groupsOf(draft, id).map((each) => draft.connection_group.get(each) as GroupFields);
  const isSlim = step.is_proxy && !step.message;
  const preview = step.message ? previewOf(step.message) : null;
  const rows = rowsOf(draft, id, step, language);
  let y = isSlim ? SLIM_HEADER_HEIGHT : HEADER_HEIGHT;
  if (preview) y += previewHeight(preview);
  for (const row of rows) {
    row.y = y;
    y += ROW_HEIGHT;
  }
  const kind = kindOf(step, groups, draft.template_instance.has(id));
  return {
    id,
    kind,
    name: step.name,
    isFirst: draft.bot.first_step_id === id,
    isSlim,
    vendor: kind === "integration" ? vendorOf(groups) : null,
    templateId: draft.template_instance.get(id)?.template_id ?? null,
    presetId: step.preset_id,
    isHeart: (step.preset_id?.startsWith("question_") ?? false) && !step.is_proxy && !step.message,
    preview,
    rows,
    height: y + GAP,
  };
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** Makes cards and gives the same object again while nothing it shows has changed. */
export class CardMaker {
  private readonly made = new Map<Id, { on: unknown[]; card: Card }>();

  card(draft: Draft, id: Id, language: Language): Card | null {
    const on = this.dependsOn(draft, id, language);
    const known = this.made.get(id);
    if (known && same(known.on, on)) return known.card;
    const card = makeCard(draft, id, language);
    if (card) this.made.set(id, { on, card });
    else this.made.delete(id);
    return card;
  }

  private dependsOn(draft: Draft, id: Id, language: Language): unknown[] {
    const step = draft.step.get(id);
    const on: unknown[] = [language, draft.bot.first_step_id === id, draft.template_instance.get(id)];
    if (step) this.ofStep(draft, step, on);
    for (const groupId of groupsOf(draft, id === MASTER ? null : id)) {
      const group = draft.connection_group.get(groupId);
      on.push(group, group?.request_id ? draft.request.get(group.request_id) : null);
      for (const connectionId of connectionsOf(draft, groupId)) {
        const connection = draft.connection.get(connectionId);
        on.push(connectionId, connection, stepName(draft, connection?.next_step_id ?? null));
      }
    }
    return on;
  }

  private ofStep(draft: Draft, step: StepFields, on: unknown[]): void {
    // A move changes the step only: the card stays the same, but for its position which the canvas takes by itself.
    on.push(step.name, step.message, step.is_proxy, step.timeout_after, step.timeout_step_id, step.preset_id);
    on.push(stepName(draft, step.timeout_step_id));
  }
}

/** Steps that the first step, the bot's own groups or a timeout lead to. */
export function reachable(draft: Draft): Set<Id> {
  const found = new Set<Id>();
  const open: Id[] = draft.bot.first_step_id ? [draft.bot.first_step_id] : [];
  for (const groupId of groupsOf(draft, null)) pushTargets(draft, groupId, open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = draft.step.get(id);
    if (!step || found.has(id)) continue;
    found.add(id);
    if (step.timeout_step_id) open.push(step.timeout_step_id);
    for (const groupId of groupsOf(draft, id)) pushTargets(draft, groupId, open);
  }
  return found;
}

function pushTargets(draft: Draft, groupId: Id, into: Id[]): void {
  for (const connectionId of connectionsOf(draft, groupId)) {
    const target = draft.connection.get(connectionId)?.next_step_id;
    if (target) into.push(target);
  }
}
