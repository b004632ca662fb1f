// What changed between two versions, or a version and the draft, in words.
import { Select } from "@mantine/core";
import { ArrowRight, Equal, Minus, Pencil, Plus } from "lucide-react";
import { Link } from "wouter";
import { useWords } from "../../i18n/useWords";
import { PlaceSection } from "../../shell/place/Place";
import { Failed, Ghosts } from "../../shell/place/states";
import type { PlaceBot } from "../../shell/places";
import { ICON } from "../../ui/icon";
import { Scrolled } from "../../ui/Scrolled";
import { type Difference, type Revision, type State, useDifferences } from "./queries";
import styles from "./Versions.module.css";

interface CompareProps {
  bot: PlaceBot;
  revisions: readonly Revision[];
  since: State;
  to: State;
  onChange: (since: State, to: State) => void;
}

const read = (value: string | null): State => (value === null || value === "draft" ? "draft" : Number(value));

export function Compare({ bot, revisions, since, to, onChange }: CompareProps) {
  const { t } = useWords();
  const numbers = [...new Set([...revisions.map((revision) => revision.number), since, to])].filter(
    (state) => state !== "draft",
  );
  const states = [
    { value: "draft", label: t("versions.draft") },
    ...numbers
      .sort((one, other) => other - one)
      .map((number) => ({ value: String(number), label: t("versions.version", { number }) })),
  ];
  return (
    <PlaceSection title={t("versions.compare")}>
      <div className={styles.pair}>
        <Select
          aria-label={t("versions.from")}
          data={states}
          value={String(since)}
          allowDeselect={false}
          onChange={(value) => onChange(read(value), to)}
        />
        <ArrowRight {...ICON} />
        <Select
          aria-label={t("versions.to")}
          data={states}
          value={String(to)}
          allowDeselect={false}
          onChange={(value) => onChange(since, read(value))}
        />
      </div>
      <Differences bot={bot} since={since} to={to} />
    </PlaceSection>
  );
}

function Differences({ bot, since, to }: { bot: PlaceBot; since: State; to: State }) {
  const { t } = useWords();
  const { data, error, isFetching, refetch } = useDifferences(bot.id, since, to);
  if (since === to) return <p className={styles.quiet}>{t("versions.same_chosen")}</p>;
  if (error) return <Failed error={error} onAgain={() => refetch()} />;
  if (!data) return isFetching ? <Ghosts /> : null;
  if (data.differences.length === 0)
    return (
      <p className={styles.nothing} role="status">
        <Equal {...ICON} />
        {t("versions.nothing_changed")}
      </p>
    );
  return (
    <>
      <Scrolled label={t("versions.compare")} className={styles.changesBox}>
        <ul className={styles.changes}>
          {data.differences.map((difference, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
            <Change key={index} bot={bot} difference={difference} isDraft={to === "draft"} />
          ))}
        </ul>
      </Scrolled>
      {data.left_out > 0 && <p className={styles.quiet}>{t("versions.more", { count: data.left_out })}</p>}
    </>
  );
}

const SORTS = { added: Plus, changed: Pencil, removed: Minus } as const;

function sortOf({ before, after }: Difference): keyof typeof SORTS {
  if (before === null && after !== null) return "added";
  return after === null && before !== null ? "removed" : "changed";
}

function Change({ bot, difference, isDraft }: { bot: PlaceBot; difference: Difference; isDraft: boolean }) {
  const { t } = useWords();
  const sort = sortOf(difference);
  const Icon = SORTS[sort];
  const isThere = isDraft && difference.step_id !== null && !(sort === "removed" && difference.kind === "step");
  return (
    <li className={styles.change} data-sort={sort}>
      <Icon {...ICON} />
      <span className="only-heard">{t(`versions.${sort}`)}: </span>
      <span dir="auto">{difference.sentence}</span>
      {isThere && (
        <Link className={styles.link} href={`/bots/${bot.id}?step=${encodeURIComponent(difference.step_id ?? "")}`}>
          {t("versions.show_step")}
        </Link>
      )}
    </li>
  );
}
