// Everybody who talks to the bot as one table: a row for each, a column for each variable; CSV out and in.
import { Button } from "@mantine/core";
import { Download, Upload, Users } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../i18n/useWords";
import { tellError } from "../../../shell/errors";
import { ListEnd } from "../../../shell/place/ListEnd";
import { Empty } from "../../../shell/place/Place";
import { Failed, Ghosts } from "../../../shell/place/states";
import type { PlaceBot } from "../../../shell/places";
import { download } from "../../../ui/download";
import { ICON } from "../../../ui/icon";
import styles from "../Kept.module.css";
import { type Person, peopleAsCsv, usePeople } from "./everybody";
import { ImportPeople } from "./ImportPeople";
import { shortOf } from "./values";

const MOST_COLUMNS = 30;

export function People({ bot, onOpen }: { bot: PlaceBot; onOpen: (userId: string) => void }) {
  const { t } = useWords();
  const [isImporting, setImporting] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const query = usePeople(bot.id);
  const exportAll = async () => {
    setExporting(true);
    try {
      download(await peopleAsCsv(bot.id), `${bot.name} ${t("kept.scope_user")}.csv`);
    } catch (error) {
      tellError(t, error);
    }
    setExporting(false);
  };
  if (query.error) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  if (query.isPending) return <Ghosts />;
  if (!query.items.length)
    return <Empty icon={<Users size={24} />} title={t("kept.no_people")} text={t("kept.about_people")} />;
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <p className={styles.lead}>{t("kept.people_hint")}</p>
        <Button
          variant="default"
          loading={isExporting}
          leftSection={<Download {...ICON} />}
          onClick={() => void exportAll()}
        >
          {t("kept.export")}
        </Button>
        {bot.access !== "viewer" && (
          <Button variant="default" leftSection={<Upload {...ICON} />} onClick={() => setImporting(true)}>
            {t("kept.import")}
          </Button>
        )}
      </div>
      {isImporting && <ImportPeople bot={bot} onClose={() => setImporting(false)} />}
      <Table people={query.items} onOpen={onOpen} />
      <ListEnd {...query} />
    </div>
  );
}

function Table({ people, onOpen }: { people: readonly Person[]; onOpen: (userId: string) => void }) {
  const { t } = useWords();
  const names = [...new Set(people.flatMap(({ items }) => items.map(({ path }) => path)))]
    .sort()
    .slice(0, MOST_COLUMNS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles.scroll} tabIndex={0} aria-label={t("kept.scope_user")}>
      <table className={styles.people}>
        <thead>
          <tr>
            <th>{t("kept.person")}</th>
            {names.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.user_id}>
              <th scope="row">
                <button type="button" className={styles.open} onClick={() => onOpen(person.user_id)}>
                  {person.username ?? t("kept.visitor_id", { id: person.user_id.slice(-6) })}
                </button>
              </th>
              {names.map((name) => {
                const found = person.items.find(({ path }) => path === name);
                return <td key={name}>{found && (found.is_cut ? "…" : shortOf(found.value, 60))}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
