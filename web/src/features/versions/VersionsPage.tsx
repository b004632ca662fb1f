// The versions of a bot: when each was published, by whom and why, what is different between any two, and the way back.
import { notifications } from "@mantine/notifications";
import { History, MessagesSquare, Rocket, TriangleAlert, Undo2 } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { ConfirmDialog } from "../../shell/place/ConfirmDialog";
import { ListEnd } from "../../shell/place/ListEnd";
import { Empty, Place, PlaceSection } from "../../shell/place/Place";
import row from "../../shell/place/Row.module.css";
import { Failed, Ghosts } from "../../shell/place/states";
import { addressOf, type PlaceBot, type PlaceProps } from "../../shell/places";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { Compare } from "./Compare";
import { type Revision, type State, useAuthors, useRestoring, useRevisions, useSitting } from "./queries";
import styles from "./Versions.module.css";

type Asked = { revision: Revision; as: "draft" | "published" };

export default function VersionsPage({ bot }: PlaceProps) {
  const { t } = useWords();
  const pages = useRevisions(bot.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [pair, setPair] = useState<[State, State] | null>(null);
  const newest = pages.items[0]?.number ?? null;
  const published = pages.items.find((revision) => revision.is_published)?.number ?? newest;
  if (pages.isPending)
    return (
      <Place title={t("app.place_versions")}>
        <Ghosts />
      </Place>
    );
  if (pages.error && pages.items.length === 0)
    return (
      <Place title={t("app.place_versions")}>
        <Failed error={pages.error} onAgain={() => pages.refetch()} />
      </Place>
    );
  if (published === null)
    return (
      <Place title={t("app.place_versions")}>
        <Empty icon={<History size={24} />} title={t("versions.empty")} text={t("versions.empty_text")}>
          <Link href={addressOf(bot.id, "")} className={styles.way}>
            {t("versions.to_canvas")}
          </Link>
        </Empty>
      </Place>
    );
  const [since, to] = pair ?? [published, "draft" as const];
  return (
    <Place title={t("app.place_versions")} hint={t("versions.hint")}>
      <Compare bot={bot} revisions={pages.items} since={since} to={to} onChange={(...next) => setPair(next)} />
      <PlaceSection title={t("versions.all")}>
        <Versions
          bot={bot}
          revisions={pages.items}
          onCompare={(number) => setPair([Math.max(1, number - 1), number])}
          onAsk={setAsked}
        />
        <ListEnd {...pages} />
      </PlaceSection>
      {asked && <Restore bot={bot} asked={asked} onClose={() => setAsked(null)} />}
    </Place>
  );
}

interface VersionsProps {
  bot: PlaceBot;
  revisions: readonly Revision[];
  onCompare: (number: number) => void;
  onAsk: (asked: Asked) => void;
}

function Versions({ bot, revisions, onCompare, onAsk }: VersionsProps) {
  const { t, language } = useWords();
  const { data: sitting } = useSitting(bot.id);
  const authorOf = useAuthors(bot);
  const mayEdit = bot.access !== "viewer";
  return (
    <ol className={styles.versions}>
      {revisions.map((revision) => (
        <li key={revision.number} className={row.row}>
          <div className={row.text}>
            <p className={styles.title}>
              <b>{t("versions.version", { number: revision.number })}</b>
              {revision.is_published && <span className={styles.live}>{t("versions.live")}</span>}
            </p>
            {revision.comment && (
              <p className={styles.comment} dir="auto">
                {revision.comment}
              </p>
            )}
            <p className={styles.quiet}>
              <time dateTime={revision.created_at} title={exactTime(revision.created_at, language)}>
                {relativeTime(revision.created_at, language)}
              </time>{" "}
              · {authorOf(revision.author_id)} · <MessagesSquare size={12} aria-hidden />{" "}
              {t("versions.sitting", { count: sitting?.get(revision.number) ?? 0 })}
            </p>
            <Overruled revision={revision} />
          </div>
          <div className={styles.buttons}>
            {revision.number > 1 && (
              <Button kind="quiet" onClick={() => onCompare(revision.number)}>
                {t("versions.what_changed")}
              </Button>
            )}
            {mayEdit && (
              <Button onClick={() => onAsk({ revision, as: "draft" })}>
                <Undo2 {...ICON} />
                {t("versions.restore")}
              </Button>
            )}
            {mayEdit && !revision.is_published && (
              <Button onClick={() => onAsk({ revision, as: "published" })}>
                <Rocket {...ICON} />
                {t("versions.publish_again")}
              </Button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** What was wrong with it when it was published all the same, and why it was. */
function Overruled({ revision: { overruled } }: { revision: Revision }) {
  const { t } = useWords();
  if (!overruled) return null;
  const wrong = [...overruled.problems, ...overruled.tests];
  return (
    <div className={styles.overruled}>
      <TriangleAlert {...ICON} />
      <div>
        <p dir="auto">{t("versions.overruled", { reason: overruled.reason })}</p>
        <ul>
          {wrong.map((words) => (
            <li key={words} dir="auto">
              {words}
            </li>
          ))}
        </ul>
        {overruled.more > 0 && <p>{t("versions.more", { count: overruled.more })}</p>}
      </div>
    </div>
  );
}

function Restore({ bot, asked, onClose }: { bot: PlaceBot; asked: Asked; onClose: () => void }) {
  const { t } = useWords();
  const restoring = useRestoring(bot.id);
  const { number } = asked.revision;
  const isDraft = asked.as === "draft";
  const run = () =>
    restoring.mutate(
      { number, as: asked.as },
      {
        onSuccess: () =>
          notifications.show({ message: t(isDraft ? "versions.restored" : "versions.runs_again", { number }) }),
        onSettled: onClose,
      },
    );
  return (
    <ConfirmDialog
      title={t(isDraft ? "versions.restore_title" : "versions.again_title", { number })}
      action={t(isDraft ? "versions.restore" : "versions.publish_again")}
      isBusy={restoring.isPending}
      onConfirm={run}
      onClose={onClose}
    >
      {t(isDraft ? "versions.restore_text" : "versions.again_text")}
    </ConfirmDialog>
  );
}
