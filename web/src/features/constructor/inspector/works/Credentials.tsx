// Credentials beside the work that uses them: whether a chosen one will work, and which go along to a request's host.
import { KeyRound, Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { dataOf } from "../../../../api/client";
import { page } from "../../../../app/page";
import { told } from "../../../../i18n/told";
import { useWords } from "../../../../i18n/useWords";
import { api } from "../../../../session/api";
import { errorWords } from "../../../../shell/errors";
import { ICON } from "../../../../ui/icon";
import { CredentialPicker } from "../../../credentials/CredentialPicker";
import { type Credential, type Provider, useCredentials, useProviders } from "../../../credentials/queries";
import { useEditor, useEditorState } from "../../editor/context";
import type { Id } from "../../graph/model";
import styles from "../Inspector.module.css";
import { ANY_HTTP, goesTo } from "./outside";
import work from "./work.module.css";

const CredentialForm = page("credentials", async () => ({
  default: (await import("../../../credentials/CredentialForm")).CredentialForm,
}));

interface WorkCredentialProps {
  /** Ids of providers whose credentials fit. */
  fitting: readonly string[];
  value: Id | null;
  onChange: (id: Id | null) => void;
}

/** The credential that an integration acts with. */
export function WorkCredential({ fitting, value, onChange }: WorkCredentialProps) {
  const { botId } = useEditor();
  const { data: all } = useCredentials(botId);
  const { data: providers = [] } = useProviders();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const chosen = all?.find((each) => each.id === value);
  return (
    <div className={styles.stack}>
      <CredentialPicker botId={botId} providers={fitting} value={value} onChange={onChange} isReadOnly={isReadOnly} />
      {value && all && <Standing id={value} chosen={chosen} fitting={fitting} providers={providers} />}
    </div>
  );
}

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
  if (!chosen.has_secret || !chosen.is_readable) return <Secretless credential={chosen} />;
  const hasTest = chosen.test_url !== null || providers.find((each) => each.id === chosen.provider)?.has_test;
  return hasTest && !isReadOnly ? <Test key={id} id={id} /> : null;
}

function Secretless({ credential }: { credential: Credential }) {
  const { t } = useWords();
  const { botId } = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isGiving, setGiving] = useState(false);
  return (
    <>
      <p className={work.warning}>
        {t(credential.has_secret ? "work.credential_unreadable" : "work.credential_empty")}
      </p>
      {isGiving ? (
        <Suspense fallback={null}>
          <CredentialForm botId={botId} old={credential} onDone={() => setGiving(false)} />
        </Suspense>
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
  const [said, setSaid] = useState<{ ok: boolean; words: string } | null>(null);
  const run = async () => {
    setSaid(null);
    try {
      const params = { path: { credential_id: id } };
      const { ok, message } = await dataOf(api.POST("/api/v1/credentials/{credential_id}/test", { params }));
      setSaid({ ok, words: told(message) });
    } catch (error) {
      setSaid({ ok: false, words: errorWords(t, error) });
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
  const { botId } = useEditor();
  const { data: all } = useCredentials(botId);
  const { data: providers = [] } = useProviders();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [isMaking, setMaking] = useState(false);
  if (!all) return null;
  const going = all.filter((each) => goesTo(each, providers, host));
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
      {isMaking && (
        <div className={work.box}>
          <Suspense fallback={null}>
            <CredentialForm botId={botId} providers={[ANY_HTTP]} hosts={[host]} onDone={() => setMaking(false)} />
          </Suspense>
        </div>
      )}
      {!isReadOnly && (going.length === 0 || isMaking) && (
        <button type="button" className={styles.textButton} onClick={() => setMaking(!isMaking)}>
          {!isMaking && <Plus {...ICON} />}
          {t(isMaking ? "editor.cancel" : "work.credential_new")}
        </button>
      )}
    </div>
  );
}
