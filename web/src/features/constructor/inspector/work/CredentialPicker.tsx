// Which credential of the bot an integration acts with; one can be made here, and one that does not work says so.
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../../../i18n/useWords";
import { ICON } from "../../../../ui/icon";
import { useEditorState } from "../../editor/context";
import type { Id } from "../../graph/model";
import { ChoiceField } from "../fields";
import styles from "../Inspector.module.css";
import { CredentialForm } from "./CredentialForm";
import {
  type Credential,
  faultOf,
  goesTo,
  type Provider,
  useCredentials,
  useCredentialWrites,
  useProviders,
} from "./credentials";
import work from "./work.module.css";

interface CredentialPickerProps {
  /** Ids of providers whose credentials fit. */
  fitting: readonly string[];
  isNeeded: boolean;
  value: Id | null;
  onChange: (id: Id | null) => void;
}

export function CredentialPicker({ fitting, isNeeded, value, onChange }: CredentialPickerProps) {
  const { t } = useWords();
  const { data: all, isError } = useCredentials();
  const { data: providers = [] } = useProviders();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isMaking, setMaking] = useState(false);
  const own = (all ?? []).filter((each) => fitting.includes(each.provider));
  const chosen = all?.find((each) => each.id === value);
  const nameOf = (id: string) => providers.find((each) => each.id === id)?.name ?? id;
  const options = [
    { value: "", label: isNeeded ? t("work.credential_choose") : t("editor.no_credential") },
    ...own.map((each) => ({ value: each.id, label: labelOf(each, nameOf, fitting.length > 1) })),
    ...(value && !own.some((each) => each.id === value)
      ? [{ value, label: chosen ? labelOf(chosen, nameOf, true) : t("work.credential_unknown") }]
      : []),
  ];
  return (
    <div className={styles.field}>
      <span className={styles.fieldTitle}>
        {t("editor.credential")}
        {isNeeded && <span aria-hidden> *</span>}
      </span>
      {all && own.length === 0 && !value && !isMaking && (
        <p className={styles.hint}>{t("work.credential_none", { provider: fitting.map(nameOf).join(", ") })}</p>
      )}
      {(own.length > 0 || value) && (
        <ChoiceField
          label={t("editor.credential")}
          value={value ?? ""}
          options={options}
          onChange={(id) => onChange(id || null)}
        />
      )}
      {isError && <p className={styles.wrong}>{t("app.error_offline")}</p>}
      {value && all && <Standing id={value} chosen={chosen} fitting={fitting} providers={providers} />}
      {isMaking ? (
        <CredentialForm
          providers={providers.filter((each) => fitting.includes(each.id))}
          onDone={(id) => {
            setMaking(false);
            if (id) onChange(id);
          }}
        />
      ) : (
        !isReadOnly && (
          <button type="button" className={styles.textButton} onClick={() => setMaking(true)}>
            <Plus {...ICON} />
            {t("work.credential_new")}
          </button>
        )
      )}
    </div>
  );
}

const labelOf = (each: Credential, nameOf: (id: string) => string, withProvider: boolean) =>
  withProvider ? `${each.name} · ${nameOf(each.provider)}` : each.name;

interface StandingProps {
  id: Id;
  chosen: Credential | undefined;
  fitting: readonly string[];
  providers: readonly Provider[];
}

/** Whether the chosen credential will work, and what to do if not. */
function Standing({ id, chosen, fitting, providers }: StandingProps) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  if (!chosen) return <p className={work.warning}>{t("work.credential_gone")}</p>;
  if (!fitting.includes(chosen.provider)) return <p className={work.warning}>{t("work.credential_wrong")}</p>;
  if (!chosen.has_secret || !chosen.is_readable)
    return (
      <Secretless
        words={chosen.has_secret ? t("work.credential_unreadable") : t("work.credential_empty")}
        credential={chosen}
        providers={providers}
      />
    );
  const hasTest = chosen.test_url !== null || providers.find((each) => each.id === chosen.provider)?.has_test;
  return hasTest && !isReadOnly ? <Test key={id} id={id} /> : null;
}

function Secretless({
  words,
  credential,
  providers,
}: {
  words: string;
  credential: Credential;
  providers: readonly Provider[];
}) {
  const { t } = useWords();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isGiving, setGiving] = useState(false);
  return (
    <>
      <p className={work.warning}>{words}</p>
      {isGiving ? (
        <CredentialForm
          providers={providers.filter((each) => each.id === credential.provider)}
          only={credential}
          onDone={() => setGiving(false)}
        />
      ) : (
        !isReadOnly && (
          <button type="button" className={styles.textButton} onClick={() => setGiving(true)}>
            <KeyRound {...ICON} />
            {t("work.credential_give")}
          </button>
        )
      )}
    </>
  );
}

function Test({ id }: { id: Id }) {
  const { t } = useWords();
  const { test } = useCredentialWrites();
  const [said, setSaid] = useState<{ ok: boolean; words: string } | null>(null);
  const run = async () => {
    setSaid(null);
    try {
      const { ok, message } = await test(id);
      setSaid({ ok, words: message });
    } catch (error) {
      setSaid({ ok: false, words: faultOf(error, t("app.error_offline")).words });
    }
  };
  return (
    <div className={styles.line}>
      <button type="button" className={styles.textButton} onClick={() => void run()}>
        {t("work.credential_test")}
      </button>
      {said && (
        <span role="status" className={said.ok ? work.good : styles.wrong}>
          {said.words}
        </span>
      )}
    </div>
  );
}

/** Which credentials go along to the host of a request; one can be made for it. */
export function HostCredential({ host }: { host: string }) {
  const { t } = useWords();
  const { data: all } = useCredentials();
  const { data: providers = [] } = useProviders();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isMaking, setMaking] = useState(false);
  const going = (all ?? []).filter((each) => goesTo(each, providers, host));
  const generic = providers.filter((each) => each.id === "http");
  if (!all) return null;
  return (
    <div className={styles.field}>
      <span className={styles.fieldTitle}>{t("editor.credential")}</span>
      {going.length === 0 && <p className={styles.hint}>{t("work.host_none", { host })}</p>}
      {going.map((each) => (
        <div key={each.id} className={styles.stack}>
          <span className={work.status}>
            <KeyRound {...ICON} />
            {t("work.host_goes", { name: each.name, host })}
          </span>
          <Standing id={each.id} chosen={each} fitting={[each.provider]} providers={providers} />
        </div>
      ))}
      {isMaking ? (
        <CredentialForm providers={generic} host={host} onDone={() => setMaking(false)} />
      ) : (
        !isReadOnly &&
        going.length === 0 && (
          <button type="button" className={styles.textButton} onClick={() => setMaking(true)}>
            <Plus {...ICON} />
            {t("work.credential_new")}
          </button>
        )
      )}
    </div>
  );
}
