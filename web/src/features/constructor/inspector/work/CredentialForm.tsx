// A credential made in place: what its provider needs, no more. The secret goes to the server and is never shown again.
import { type FormEvent, useId, useState } from "react";
import type { Fault } from "../../../../api/client";
import { useWords } from "../../../../i18n/useWords";
import { Button } from "../../../../ui/Button";
import type { Id } from "../../graph/model";
import { ChoiceField } from "../fields";
import styles from "../Inspector.module.css";
import { ANY_HTTP, type Credential, faultOf, type Provider, useCredentialWrites } from "./credentials";
import work from "./work.module.css";

interface CredentialFormProps {
  /** Those that fit, the usual one first. */
  providers: readonly Provider[];
  /** The host it is for, where the provider does not say that itself. */
  host?: string;
  /** A credential that only lacks its secret. */
  only?: Credential;
  onDone: (id: Id | null) => void;
}

const NOT_SECRET = new Set(["username", "client_id", "redirect_uri"]);
const OPTIONAL = new Set(["refresh_token", "redirect_uri"]);

export function CredentialForm({ providers, host = "", only, onDone }: CredentialFormProps) {
  const { t } = useWords();
  const { make, giveSecret } = useCredentialWrites();
  const [providerId, setProviderId] = useState(only?.provider ?? providers[0]?.id ?? ANY_HTTP);
  const provider = providers.find((each) => each.id === providerId) ?? providers[0];
  const [wanted, setStrategy] = useState(only?.strategy ?? "");
  const strategy = provider?.strategies.includes(wanted) ? wanted : (provider?.strategies[0] ?? "api_key");
  const [name, setName] = useState<string | null>(null);
  const [hosts, setHosts] = useState(host);
  const [header, setHeader] = useState("X-API-Key");
  const [secret, setSecret] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<{ words: string; faults: readonly Fault[] } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isAny = providerId === ANY_HTTP && !only;
  const fields = provider?.fields[strategy] ?? [];
  const title = name ?? (isAny && host ? host : (provider?.name ?? ""));

  const save = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setFault(null);
    const given = Object.fromEntries(fields.flatMap((each) => (secret[each] ? [[each, secret[each]]] : [])));
    try {
      if (only) {
        await giveSecret(only.id, given as never);
        onDone(only.id);
      } else {
        const places = isAny ? { hosts: hosts.split(/[\s,]+/).filter(Boolean) } : {};
        const placement = isAny && strategy === "api_key" ? { placement: { where: "header", name: header } } : {};
        const wish = { name: title, provider: providerId, strategy, secret: given, ...places, ...placement };
        onDone((await make(wish as never)).id);
      }
    } catch (error) {
      setFault(faultOf(error, t("app.error_offline")));
      setBusy(false);
    }
  };
  return (
    <form className={work.box} onSubmit={(event) => void save(event)} aria-label={t("work.credential_new")}>
      {!only && <TextField label={t("work.credential_name")} value={title} onChange={setName} isNeeded />}
      {!only && providers.length > 1 && (
        <ChoiceField
          label={t("work.credential_provider")}
          value={providerId}
          options={providers.map((each) => ({ value: each.id, label: each.name }))}
          onChange={setProviderId}
        />
      )}
      {!only && (provider?.strategies.length ?? 0) > 1 && (
        <ChoiceField
          label={t("work.credential_strategy")}
          value={strategy}
          options={(provider?.strategies ?? []).map((value) => ({
            value,
            label: t(`work.strategy_${value}` as "work.strategy_api_key"),
          }))}
          onChange={setStrategy}
        />
      )}
      {isAny && (
        <TextField
          label={t("work.credential_hosts")}
          value={hosts}
          placeholder="crm.example.com"
          onChange={setHosts}
          isNeeded
        />
      )}
      {isAny && strategy === "api_key" && (
        <TextField label={t("work.credential_header")} value={header} onChange={setHeader} isNeeded />
      )}
      {fields.map((field) => (
        <TextField
          key={`${strategy} ${field}`}
          label={t(`work.secret_${field}` as "work.secret_api_key")}
          value={secret[field] ?? ""}
          isSecret={!NOT_SECRET.has(field)}
          isNeeded={!OPTIONAL.has(field)}
          onChange={(value) => setSecret((old) => ({ ...old, [field]: value }))}
        />
      ))}
      <p className={styles.hint}>{t("work.credential_once")}</p>
      {fault && (
        <p className={styles.wrong} role="alert">
          {fault.faults[0] ? `${fault.faults[0].message}. ${fault.faults[0].hint}` : fault.words}
        </p>
      )}
      <div className={styles.line}>
        <Button kind="main" type="submit" disabled={isBusy}>
          {t("work.credential_save")}
        </Button>
        <Button onClick={() => onDone(null)}>{t("editor.cancel")}</Button>
      </div>
    </form>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  placeholder?: string;
  isSecret?: boolean;
  isNeeded?: boolean;
  onChange: (value: string) => void;
}

function TextField({ label, value, placeholder, isSecret = false, isNeeded = false, onChange }: TextFieldProps) {
  const id = useId();
  return (
    <label className={styles.field} htmlFor={id}>
      <span className={styles.fieldTitle}>{label}</span>
      <input
        id={id}
        className={`${styles.input} ${isSecret ? styles.codeInput : ""}`}
        type={isSecret ? "password" : "text"}
        autoComplete={isSecret ? "new-password" : "off"}
        spellCheck={false}
        required={isNeeded}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
