// A talk as a conversation test: what was said and answered, and what the world replied, so that it runs without it. Pure.
import type { Schemas } from "../../../api/client";
import type { Json } from "../graph/model";
import { buttonsOf } from "./buttons";
import type { Entry } from "./talk";
import type { Turn } from "./way";

export type Script = Schemas["KeptScript"];

/** Why a talk cannot be kept as a test: a text of the area "talk". */
export type Hindrance = "nothing_said" | "begun_inside" | "touched" | "unfinished";

const REPLY = ["ok", "status", "result", "error", "log"] as const;
type Errand = Turn["errands"][number];
type Effect = NonNullable<Script["effects"]>[number];

/** Whether what was said can be kept, and if not, why. `isTouched`: a variable was set by hand in between. */
export function hindranceOf(entries: readonly Entry[], isTouched: boolean): Hindrance | null {
  if (!entries.length) return "nothing_said";
  if (entries.some(({ event }) => event.kind === "start")) return "begun_inside";
  if (isTouched) return "touched";
  return entries.every(({ turn }) => turn && !turn.halted_before) ? null : "unfinished";
}

/** `given`: the variables before the first message; `withCode`: replies of code are kept too, else it runs each time. */
export function asTest(
  name: string,
  entries: readonly Entry[],
  given: Turn["state"] | null,
  withCode: boolean,
): Script {
  const turns = entries.flatMap(({ event, turn }) => (turn ? [{ event, turn }] : []));
  const first = turns[0]?.turn;
  return {
    name,
    given: {
      user: given?.user ?? {},
      session: given?.session ?? {},
      channel: given?.channel ?? {},
      bot: given?.bot ?? {},
      now: first?.now ?? new Date().toISOString(),
      seed: first?.state.seed ?? 1,
    },
    effects: turns.flatMap(({ turn }) => turn.errands.flatMap((errand) => effectOf(errand, withCode))),
    turns: turns.map(({ event, turn }, index) => ({
      ...(event.kind === "timeout"
        ? { wait: waitedFor(turns.slice(0, index).map((each) => each.turn)) }
        : { user: { text: event.text ?? "", params: event.params ?? {}, attachments: event.attachments ?? [] } }),
      bot: turn.replies.map((reply) => {
        const buttons = buttonsOf(reply.params).map(({ text }) => text);
        return { text: reply.text, ...(buttons.length && { buttons }) };
      }),
    })),
  } as Script;
}

function effectOf({ kind, asked, reply }: Errand, withCode: boolean): Effect[] {
  const kept = Object.fromEntries(REPLY.flatMap((name) => (name in reply ? [[name, reply[name] as Json]] : [])));
  if (kind === "request") return [{ request: String(asked.name || asked.request_id), reply: kept } as Effect];
  if (kind === "integration") return [{ integration: String(asked.integration_id), reply: kept } as Effect];
  return kind === "code" && withCode ? [{ code: true, reply: kept } as Effect] : [];
}

/** How long the step waits whose time was up: a test's clock stands still between turns. */
function waitedFor(before: readonly Turn[]): number {
  const due = before.at(-1)?.state.timer?.due_at;
  const set = before.find((turn) => turn.state.timer?.due_at === due);
  return due && set ? Math.max(0, Math.ceil((Date.parse(due) - Date.parse(set.now)) / 1000)) : 0;
}
