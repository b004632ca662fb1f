// What failed too often: why, what it was, and a way to send it again, one by one or all that are shown, or to drop it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { told } from "../../i18n/told";
import type { Translate } from "../../i18n/types";
import { useWords } from "../../i18n/useWords";
import { errorWords } from "../../shell/errors";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty } from "../../shell/place/Place";
import row from "../../shell/place/Row.module.css";
import { Failed, Ghosts } from "../../shell/place/states";
import { addressOf, type PlaceBot } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { type DeadLetter, dropLetter, resend, useDeadLetters, useSteering } from "./queries";
import styles from "./Undelivered.module.css";

type Fields = Record<string, unknown>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** What it was: the words that were said, else what kind of event. */
function subjectOf(t: Translate, { kind, content }: DeadLetter): string {
  const carrier = kind === "turn" ? fields(content.event) : fields(content.payload);
  const text = fields(carrier.message).text;
  if (typeof text === "string" && text !== "") return text;
  if (kind !== "turn") return t("inbox.a_reply");
  const event = String(content.kind ?? "");
  if (event === "timeout") return t("inbox.a_timeout");
  return event === "message" || event === "" ? t("inbox.a_message") : t("inbox.an_event", { kind: event });
}

export function Undelivered({ bot }: { bot: PlaceBot }) {
  const { t } = useWords();
  const pages = useDeadLetters(bot.id);
  const all = useResendAll(pages.items);
  if (pages.isPending) return <Ghosts />;
  if (pages.error && pages.items.length === 0) return <Failed error={pages.error} onAgain={() => pages.refetch()} />;
  if (pages.items.length === 0)
    return (
      <Empty
        icon={<CircleCheck size={24} />}
        title={t("inbox.undelivered_empty")}
        text={t("inbox.undelivered_empty_text")}
      />
    );
  return (
    <div className={styles.scroll}>
      <div className={styles.top}>
        <p className={styles.quiet}>{t("inbox.undelivered_hint")}</p>
        {bot.access !== "viewer" && all.waiting > 0 && (
          <Button disabled={all.isBusy} onClick={() => all.run()}>
            <Send {...ICON} />
            {all.isBusy
              ? t("inbox.sending_all", { done: all.done, count: all.waiting })
              : t("inbox.resend_all", { count: all.waiting })}
          </Button>
        )}
      </div>
      <ul>
        {pages.items.map((letter) => (
          <Letter key={letter.id} bot={bot} letter={letter} />
        ))}
      </ul>
      <ListEnd {...pages} />
    </div>
  );
}

/** One after another, so that a broken service is not run over; what is refused stays and says why. */
function useResendAll(letters: readonly DeadLetter[]) {
  const queries = useQueryClient();
  const [done, setDone] = useState(0);
  const waiting = letters.filter((letter) => letter.resent_at === null);
  const sending = useMutation({
    mutationFn: async () => {
      setDone(0);
      for (const letter of waiting) {
        await resend(letter.id).catch(() => undefined);
        setDone((count) => count + 1);
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["inbox"] }),
  });
  return { waiting: waiting.length, done, isBusy: sending.isPending, run: () => sending.mutate() };
}

function Letter({ bot, letter }: { bot: PlaceBot; letter: DeadLetter }) {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const subject = subjectOf(t, letter);
  const again = useMutation({
    mutationFn: () => resend(letter.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["inbox"] }),
  });
  return (
    <li className={row.row}>
      <div className={row.text}>
        <p className={styles.subject} dir="auto">
          {subject}
        </p>
        <p className={styles.why}>{t("inbox.why", { why: told(letter.error), count: letter.attempts })}</p>
        <p className={styles.quiet}>
          {t(letter.kind === "turn" ? "inbox.kind_turn" : "inbox.kind_delivery")} ·{" "}
          <time dateTime={letter.created_at} title={exactTime(letter.created_at, language)}>
            {relativeTime(letter.created_at, language)}
          </time>{" "}
          · <Link href={`${addressOf(bot.id, "inbox")}?session=${letter.session_id}`}>{t("inbox.open")}</Link>
        </p>
        {again.error && (
          <p className={styles.why} role="alert">
            {errorWords(t, again.error)}
          </p>
        )}
      </div>
      {letter.resent_at !== null ? (
        <span className={styles.sent} title={exactTime(letter.resent_at ?? "", language)}>
          <CircleCheck {...ICON} />
          {t("inbox.resent")}
        </span>
      ) : (
        bot.access !== "viewer" && (
          <div className={styles.buttons}>
            <Button disabled={again.isPending} onClick={() => again.mutate()}>
              <Send {...ICON} />
              {t("inbox.resend")}
            </Button>
            <Drop letter={letter} subject={subject} />
          </div>
        )
      )}
    </li>
  );
}

function Drop({ letter, subject }: { letter: DeadLetter; subject: string }) {
  const { t } = useWords();
  const [isAsked, setAsked] = useState(false);
  const dropping = useSteering(() => dropLetter(letter.id));
  return (
    <>
      <Button onClick={() => setAsked(true)}>
        <Trash2 {...ICON} />
        {t("inbox.drop")}
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={t("inbox.drop_title")}
          action={t("inbox.drop")}
          isBusy={dropping.isPending}
          onConfirm={() => dropping.mutate(undefined, { onSettled: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        >
          <p className={styles.subject} dir="auto">
            {subject}
          </p>
          <p>{t("inbox.drop_text")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
