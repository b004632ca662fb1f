// The few words outside of the frame, in both languages; the chat itself brings its own.
export interface EmbedWords {
  readonly open: string;
  readonly openUnread: string;
  readonly close: string;
  readonly dismiss: string;
  readonly opening: string;
  readonly failed: string;
}

const EN: EmbedWords = {
  open: "Open the chat",
  openUnread: "Open the chat, new messages: {count}",
  close: "Close the chat",
  dismiss: "Hide this message",
  opening: "Opening the chat",
  failed: "The chat does not answer. Check the connection and open it again.",
};

const RU: EmbedWords = {
  open: "Открыть чат",
  openUnread: "Открыть чат, новых сообщений: {count}",
  close: "Закрыть чат",
  dismiss: "Скрыть сообщение",
  opening: "Открываем чат",
  failed: "Чат не отвечает. Проверьте связь и откройте его снова.",
};

/** Russian for those who ask for it or whose page or browser speaks it, English for everybody else. */
export function wordsFor(asked: string | null, page: string, browser: readonly string[]): [string, EmbedWords] {
  const wanted = [asked, page, ...browser].map((tag) => (tag ?? "").toLowerCase().split("-")[0]);
  const language = wanted.find((tag) => tag === "en" || tag === "ru") ?? "en";
  return [language, language === "ru" ? RU : EN];
}
