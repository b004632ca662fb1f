// A small bot for tests: asks for the age, answers by it, waits an hour at most.
import { DEFAULTS, draftOf, type Fields, type Json, type WirePart } from "./model";

export const BOT = { name: "Greeter", description: "", variables: {}, first_step_id: "ask" };
export const ADULT = { condition: "AND", rules: [{ field: "message.text", operator: "greater_than", value: 17 }] };

function part(kind: keyof typeof DEFAULTS, id: string, fields: Fields): WirePart {
  return { kind, id, fields: { ...DEFAULTS[kind], ...fields } };
}

function says(text: string, buttons: Json[] = []) {
  return { text, params: { buttons }, attachments: [], widget_id: null };
}

export function parts(): WirePart[] {
  return [
    part("step", "ask", {
      name: "Ask",
      message: says("How old are you?", [{ text: "21" }]),
      timeout_after: 3600,
      timeout_step_id: "bye",
      ordinal: 0,
    }),
    part("step", "welcome", { name: "Welcome", message: says("Welcome"), position: [400, 0], ordinal: 1 }),
    part("step", "bye", { name: "Bye", message: says("Bye"), position: [400, 300], ordinal: 2 }),
    part("step", "lost", { name: "Lost", is_proxy: true, position: [800, 0], ordinal: 3 }),
    part("connection_group", "g", { step_id: "ask", ordinal: 0 }),
    part("connection", "adult", { group_id: "g", rules: ADULT, next_step_id: "welcome", priority: 0, ordinal: 0 }),
    part("connection", "else", { group_id: "g", next_step_id: "bye", priority: 1, ordinal: 1 }),
    part("connection_group", "work", { step_id: "lost", search_type: "response", request_id: "crm", ordinal: 1 }),
    part("request", "crm", { name: "CRM", method: "post", request_url: "https://crm.example/deals" }),
    part("note", "n", { text: "Remember", step_id: "ask" }),
  ];
}

export const smallDraft = () => draftOf("bot", BOT, parts());
