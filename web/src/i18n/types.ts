// The shape of the texts: English is the source of keys and of the names in braces, Russian must have the same.
import type account from "./en/account";
import type analytics from "./en/analytics";
import type app from "./en/app";
import type bots from "./en/bots";
import type channels from "./en/channels";
import type chat from "./en/chat";
import type credentials from "./en/credentials";
import type editor from "./en/editor";
import type inbox from "./en/inbox";
import type kept from "./en/kept";
import type problems from "./en/problems";
import type publish from "./en/publish";
import type schedule from "./en/schedule";
import type session from "./en/session";
import type settings from "./en/settings";
import type shell from "./en/shell";
import type talk from "./en/talk";
import type together from "./en/together";
import type versions from "./en/versions";
import type work from "./en/work";

export type Language = "en" | "ru";
export const LANGUAGES: readonly Language[] = ["en", "ru"];

interface Areas {
  settings: typeof settings;
  shell: typeof shell;
  chat: typeof chat;
  channels: typeof channels;
  app: typeof app;
  session: typeof session;
  bots: typeof bots;
  account: typeof account;
  analytics: typeof analytics;
  credentials: typeof credentials;
  editor: typeof editor;
  inbox: typeof inbox;
  problems: typeof problems;
  talk: typeof talk;
  together: typeof together;
  versions: typeof versions;
  work: typeof work;
  publish: typeof publish;
  schedule: typeof schedule;
  kept: typeof kept;
}

/** A part of the texts that is loaded together with the page that shows it. */
export type Area = keyof Areas;
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type AreaTexts = Record<string, string | PluralForms>;

export type Key = { [A in Area]: `${A}.${keyof Areas[A] & string}` }[Area];
type TextOf<K extends Key> = K extends `${infer A extends Area}.${infer N}`
  ? N extends keyof Areas[A]
    ? Areas[A][N]
    : never
  : never;
type NamesIn<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type Names<T> = T extends string ? NamesIn<T> : NamesIn<T[keyof T]> | "count";
type ParamOf<Name extends string> = Name extends "count" ? number : string | number;

/** The parameters a text needs, none if it names none. */
export type Params<K extends Key> = [Names<TextOf<K>>] extends [never]
  ? []
  : [{ [Name in Names<TextOf<K>> & string]: ParamOf<Name> }];

export type Translate = <K extends Key>(key: K, ...params: Params<K>) => string;
