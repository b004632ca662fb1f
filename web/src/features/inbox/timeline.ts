// Where the records of turns stand among the messages of a conversation, and what they say. Pure.
import type { Schemas } from "../../api/client";
import { told } from "../../i18n/told";
import { type Cluster, groupMessages } from "../chat/grouping";
import type { ChatMessage } from "../chat/messages";
import { ruleInWords } from "../constructor/graph/rules";

type Turn = Schemas["TurnOut"];
type Fields = Record<string, unknown>;

export type Entry = { kind: "said"; cluster: Cluster; hasFound: boolean } | { kind: "turn"; turn: Turn };

/** The message after which a turn is told: its last reply, else what began it, else the newest before it. */
function placeOf(turn: Turn, messages: readonly ChatMessage[]): string | null {
  const ownReply = messages.findLast((message) => message.replyTo === turn.id);
  if (ownReply) return ownReply.id;
  const began = messages.find((message) => message.id === turn.id);
  return began?.id ?? messages.findLast((message) => message.id !== null && message.id < turn.id)?.id ?? null;
}

/** Messages in clusters, each turn after the cluster that holds its last word. Older turns than any message come first. */
export function timeline(messages: readonly ChatMessage[], turns: readonly Turn[], foundId: string | null): Entry[] {
  const byMessage = new Map<string | null, Turn[]>();
  const inOrder = [...turns].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const turn of inOrder) {
    const place = placeOf(turn, messages);
    byMessage.set(place, [...(byMessage.get(place) ?? []), turn]);
  }
  const told = (id: string | null): Entry[] => (byMessage.get(id) ?? []).map((turn) => ({ kind: "turn", turn }));
  const oldest = messages[0]?.id ?? null;
  // Turns before the oldest message that was read belong to messages that were not: shown with these.
  const first = told(null).filter(
    (entry) => oldest === null || (entry.kind === "turn" && entry.turn.kind === "operator"),
  );
  return first.concat(
    groupMessages(messages, null).flatMap((cluster): Entry[] => [
      { kind: "said", cluster, hasFound: cluster.messages.some((message) => message.id === foundId) },
      ...cluster.messages.flatMap((message) => told(message.id)),
    ]),
  );
}

export interface Call {
  effect: string;
  stepId: string;
  reply: Fields;
}

export interface TriedRule {
  stepId: string;
  words: string;
  isHeld: boolean;
  seen: { name: string; value: string }[];
}

export interface Told {
  /** Steps entered, in their order. */
  way: string[];
  tried: TriedRule[];
  calls: Call[];
  /** What else went otherwise than drawn, by the trace's own codes. */
  remarks: Fields[];
  elapsedMs: number | null;
  /** What a person did: "paused", "resumed", "moved", "reset"; null where the bot had its turn. */
  operator: { did: string; username: string } | null;
  isSilenced: boolean;
}

const EFFECTS = new Set(["request", "http", "code", "integration", "file"]);
const ORDINARY = new Set(["enter", "connection", "save", "template", "template_end", "timeout", "paused", ...EFFECTS]);

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);

/** The rules of a connection at a place of a revision's document; null where there is none. */
function rulesAt(document: Fields | undefined, entry: Fields): unknown {
  const step = list(document?.steps).find((each) => each.id === entry.step);
  const groups = entry.step ? step?.connection_groups : document?.master_connection_groups;
  const group = list(groups)[Number(entry.group)];
  return list(group?.connections)[Number(entry.connection)]?.rules ?? null;
}

/** A turn's record as a person reads it. `document`: that of its revision, for the words of the rules. */
export function toldOf(turn: Turn, document: Fields | undefined, language: "en" | "ru"): Told {
  const record = fields(turn.record);
  const trace = list(record.trace);
  const done = trace.filter((entry) => EFFECTS.has(String(entry.at)));
  const [first] = trace;
  const micro = record.elapsed_us;
  return {
    way: trace.filter((entry) => entry.at === "enter").map((entry) => String(entry.step ?? "")),
    tried: trace.filter((entry) => entry.at === "connection").map((entry) => triedRule(document, entry, language)),
    calls: list(record.effects).map(({ effect, reply }, index) => ({
      effect: String(effect),
      stepId: String(done[index]?.step ?? ""),
      reply: fields(reply),
    })),
    remarks: turn.kind === "operator" ? [] : trace.filter((entry) => !ORDINARY.has(String(entry.at))),
    elapsedMs: typeof micro === "number" ? micro / 1000 : null,
    operator:
      turn.kind === "operator" && first ? { did: String(first.at), username: String(first.username ?? "") } : null,
    isSilenced: turn.kind !== "operator" && first?.at === "paused",
  };
}

function triedRule(document: Fields | undefined, entry: Fields, language: "en" | "ru"): TriedRule {
  const rules = rulesAt(document, entry);
  return {
    stepId: String(entry.step ?? ""),
    words: rules === null ? "" : ruleInWords(rules as Parameters<typeof ruleInWords>[0], language),
    isHeld: entry.held === true,
    seen: list(entry.rules).map((reason) => ({
      name: textOf(reason.rule),
      value: textOf(reason.value ?? told(textOf(reason.unusable))),
    })),
  };
}

/** What a step is called in a revision: {id: name}, those of templates too. */
export function stepNames(document: Fields | undefined): Map<string, string> {
  const flows = [document ?? {}, ...list(document?.templates)];
  const steps = flows.flatMap((flow) => list(flow.steps));
  return new Map(steps.map((step) => [String(step.id), String(step.name ?? "")]));
}
