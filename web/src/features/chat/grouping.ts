// How messages are laid out: days, and within a day clusters of one author in one minute. Pure.
import type { ChatMessage } from "./messages";

export interface Cluster {
  readonly key: string;
  readonly author: ChatMessage["author"];
  readonly messages: readonly ChatMessage[];
  /** The day to announce above the cluster, as its first message's time; null if it is the same day as before. */
  readonly newDay: number | null;
  readonly isUnreadStart: boolean;
  /** Whether the time stands under it: once a minute, under the last that was said in it. */
  readonly isMinuteEnd: boolean;
}

const MINUTE_MS = 60_000;
const LONG_CHARACTERS = 900;
const LONG_LINES = 14;

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

export function keyOf(message: ChatMessage): string {
  // Its own id first: a message keeps its place in the page when it is confirmed.
  return message.externalId ?? message.id ?? String(message.sentAt);
}

function minuteOf(message: ChatMessage): number {
  return Math.floor(message.sentAt / MINUTE_MS);
}

export function groupMessages(messages: readonly ChatMessage[], unreadFromId: string | null): Cluster[] {
  const clusters: (Cluster & { messages: ChatMessage[]; isMinuteEnd: boolean })[] = [];
  let previous: ChatMessage | undefined;
  for (const message of messages) {
    const isUnreadStart = unreadFromId !== null && message.id === unreadFromId;
    const newDay = previous && isSameDay(previous.sentAt, message.sentAt) ? null : message.sentAt;
    const isSameMinute = previous !== undefined && minuteOf(previous) === minuteOf(message);
    const { author } = message;
    const last = clusters.at(-1);
    if (last && isSameMinute && last.author === author && !isUnreadStart) last.messages.push(message);
    else {
      if (last && isSameMinute) last.isMinuteEnd = false;
      clusters.push({ key: keyOf(message), author, messages: [message], newDay, isUnreadStart, isMinuteEnd: true });
    }
    previous = message;
  }
  return clusters;
}

export function isLong(text: string): boolean {
  return text.length > LONG_CHARACTERS || text.split("\n", LONG_LINES + 1).length > LONG_LINES;
}

/** "Today", "Yesterday" or the date, in the reader's language and time zone. */
export function dayName(
  time: number,
  now: number,
  language: string,
  words: { today: string; yesterday: string },
): string {
  if (isSameDay(time, now)) return words.today;
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (isSameDay(time, yesterday.getTime())) return words.yesterday;
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "long",
    ...(!isThisYear && { year: "numeric" }),
  }).format(time);
}

/** The words of a message of the person: the label of the button they pressed rather than the value behind it. */
export function shownText(message: ChatMessage, before: ChatMessage | undefined): string {
  if (message.author !== "me") return message.text;
  return before?.quickReplies.find((reply) => reply.value === message.text)?.text ?? message.text;
}
