import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { ApiError } from "../../../api/client";
import type { Translate } from "../../../i18n/types";
import { useWords } from "../../../i18n/useWords";
import { errorWords } from "../../../shell/errors";
import type { PlaceBot } from "../../../shell/places";
import styles from "../Kept.module.css";
import { type Fault, readPeople, type WantedPerson } from "./csv";
import { usePeopleImport } from "./everybody";
import { ImportFile } from "./ImportFile";
import { shortOf } from "./values";

const MOST = 1_000;
const MOST_SHOWN = 20;

/** A table of people from a file; the server judges it before it is applied. */
export function ImportPeople({ bot, onClose }: { bot: PlaceBot; onClose: () => void }) {
  const { t } = useWords();
  const { check, apply } = usePeopleImport(bot.id);
  const [read, setRead] = useState<{ people: WantedPerson[]; faults: Fault[] }>({ people: [], faults: [] });
  const { people, faults } = read;
  const isTooMany = people.length > MOST;
  const error = apply.error ?? check.error;
  const refusal = isTooMany ? t("kept.too_many_rows", { most: MOST }) : error ? refusalWords(t, error, people) : null;
  return (
    <ImportFile
      hint={t("kept.import_people_hint")}
      faults={faults}
      refusal={refusal}
      action={t("kept.apply_people", { count: people.length })}
      isBusy={check.isPending || apply.isPending}
      canApply={people.length > 0 && !faults.length && !isTooMany && check.isSuccess}
      onRead={(lines) => {
        const now = readPeople(lines);
        setRead(now);
        check.reset();
        apply.reset();
        if (now.people.length && !now.faults.length && now.people.length <= MOST) check.mutate(now.people);
      }}
      onApply={() =>
        apply.mutate(people, {
          onSuccess: ({ users }) => {
            notifications.show({ withCloseButton: false, message: t("kept.people_imported", { count: users }) });
            onClose();
          },
        })
      }
      onClose={onClose}
      preview={
        people.length > 0 && (
          <ul className={styles.faults}>
            {people.slice(0, MOST_SHOWN).map(({ userId, wanted }) => (
              <li key={userId}>
                <code>…{userId.slice(-6)}</code>{" "}
                {wanted.map(({ path, value }) => `${path}: ${shortOf(value, 40)}`).join(" · ")}
              </li>
            ))}
            {people.length > MOST_SHOWN && <li>{t("kept.and_more", { count: people.length - MOST_SHOWN })}</li>}
          </ul>
        )
      }
    />
  );
}

/** What the server refuses, by the lines of the file. */
function refusalWords(t: Translate, error: unknown, people: readonly WantedPerson[]): string {
  const faults = error instanceof ApiError ? error.faults : [];
  const lines = faults.slice(0, 10).flatMap(({ path, message, hint }) => {
    const person = people[Number(/^users\[(\d+)\]/.exec(path)?.[1])];
    return person ? [`${t("kept.in_line", { line: person.line })} ${message}. ${hint}`] : [];
  });
  return lines.length ? lines.join("\n") : errorWords(t, error);
}
