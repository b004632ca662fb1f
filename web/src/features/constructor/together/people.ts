// Who has the bot open: told by frames, kept for as long as the page hears them. The server says who is gone.
import { create } from "zustand";
import type { Frame } from "../../../realtime/socket";
import type { Id } from "../graph/model";

export interface Person {
  /** Of the socket: somebody with two tabs is there twice. */
  id: string;
  subscriberId: Id;
  name: string;
  selected: readonly Id[];
  editing: Id | null;
  field: string | null;
}

export interface Shown extends Person {
  /** 1 to COLOURS: of whom is told by the name too. */
  colour: number;
  initials: string;
}

export const COLOURS = 6;
const MOST = 40;

export const usePeople = create<{ people: readonly Person[] }>(() => ({ people: [] }));

const textOf = (value: unknown) => (typeof value === "string" ? value : null);

export function hearPerson(people: readonly Person[], frame: Frame): readonly Person[] {
  const id = textOf(frame.id);
  if (id === null) return people;
  const others = people.filter((each) => each.id !== id);
  if (frame.type === "presence.gone") return others.length === people.length ? people : others;
  const [subscriberId, name] = [textOf(frame.subscriber_id), textOf(frame.name)];
  if (frame.type !== "presence" || subscriberId === null || name === null || others.length >= MOST) return people;
  const selected = Array.isArray(frame.selected) ? frame.selected.filter((each) => typeof each === "string") : [];
  const person: Person = {
    id,
    subscriberId,
    name,
    selected,
    editing: textOf(frame.editing),
    field: textOf(frame.field),
  };
  const old = people.find((each) => each.id === id);
  // A beat that says nothing new draws nothing anew.
  return old && JSON.stringify(old) === JSON.stringify(person) ? people : [...others, person];
}

export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

/** Others than `me`, a person once, in the order of their coming; neighbours do not share a colour while there are any. */
export function shown(people: readonly Person[], me: Id | null): Shown[] {
  const byPerson = new Map<Id, Person>();
  const inOrder = [...people].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const person of inOrder) {
    const known = byPerson.get(person.subscriberId);
    const isBusier = !known || (person.editing !== null && known.editing === null) || !known.selected.length;
    if (person.subscriberId !== me && isBusier) byPerson.set(person.subscriberId, person);
  }
  const taken = new Set<number>();
  return [...byPerson.values()].map((person) => {
    const colour = colourFor(person.subscriberId, taken);
    taken.add(colour);
    return { ...person, colour, initials: initialsOf(person.name) };
  });
}

function colourFor(id: Id, taken: ReadonlySet<number>): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  for (let place = 0; place < COLOURS; place += 1) {
    const colour = ((sum + place) % COLOURS) + 1;
    if (!taken.has(colour)) return colour;
  }
  return (sum % COLOURS) + 1;
}
