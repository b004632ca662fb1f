// A credential as a form: who gives it out, where to get it, its secret, where it may go. Also replaces a secret.
import { Alert, Button, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, dataOf, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { errorWords } from "../../shell/errors";
import styles from "./credentials.module.css";
import { fieldLabel, isHidden, isLong, OPTIONAL, type SecretField } from "./fields";
import { type Credential, credentialsKey, type Provider, providerName, useProviders, useWhereFrom } from "./queries";

type CredentialIn = Schemas["CredentialIn"];
type Strategy = NonNullable<CredentialIn["strategy"]>;

interface CredentialFormProps {
  botId: string;
  /** Which providers there are to choose from; none: all. */
  providers?: readonly string[];
  hosts?: readonly string[];
  /** Its secret is replaced; nothing else changes. */
  old?: Credential;
  onDone: (credential: Credential) => void;
}

export function CredentialForm({ botId, providers = [], hosts = [], old, onDone }: CredentialFormProps) {
  const { data } = useProviders();
  const wanted = old ? [old.provider] : providers;
  const offered = data?.filter((each) => wanted.length === 0 || wanted.includes(each.id));
  if (!offered) return null;
  const fallback = data?.filter((each) => each.id === "http") ?? [];
  return (
    <Form botId={botId} offered={offered.length > 0 ? offered : fallback} hosts={hosts} old={old} onDone={onDone} />
  );
}

interface FormProps {
  botId: string;
  offered: readonly Provider[];
  hosts: readonly string[];
  old: Credential | undefined;
  onDone: (credential: Credential) => void;
}

function Form({ botId, offered, hosts, old, onDone }: FormProps) {
  const { t } = useWords();
  const [providerId, setProviderId] = useState(offered[0]?.id ?? "http");
  const provider = offered.find((each) => each.id === providerId);
  const [wish, setWish] = useState<Strategy | null>((old?.strategy as Strategy | undefined) ?? null);
  const strategy = (wish && provider?.strategies.includes(wish) ? wish : provider?.strategies[0]) as Strategy;
  const keeping = useKeeping(botId, old, onDone);
  const where = useWhereFrom(providerId);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation(); // in a dialog of another form
    if (provider) keeping.mutate(wishOf(new FormData(event.currentTarget), provider, strategy));
  };
  if (!provider) return null;
  const fault = faultFinder(keeping.error);
  return (
    <form className={styles.form} onSubmit={submit}>
      {keeping.error && (
        <Alert color="red" role="alert">
          {errorWords(t, keeping.error)}
        </Alert>
      )}
      {offered.length > 1 && (
        <Select
          label={t("credentials.for_what")}
          data={offered.map((each) => ({ value: each.id, label: providerName(t, each) }))}
          value={providerId}
          onChange={(id) => id && setProviderId(id)}
          allowDeselect={false}
          searchable
        />
      )}
      {where && <p className={styles.where}>{where}</p>}
      {!old && (
        <TextInput
          key={`name ${providerId}`}
          name="name"
          label={t("credentials.name")}
          defaultValue={providerName(t, provider)}
          maxLength={255}
          error={fault("name")}
          required
        />
      )}
      {provider.strategies.length > 1 && !old && (
        <Select
          label={t("credentials.strategy")}
          data={provider.strategies.map((each) => ({
            value: each,
            label: t(`credentials.strategy_${each as Strategy}`),
          }))}
          value={strategy}
          onChange={(each) => setWish(each as Strategy)}
          allowDeselect={false}
        />
      )}
      {(provider.fields[strategy] ?? []).map((field) => (
        <SecretInput key={field} provider={provider.id} field={field as SecretField} error={fault(`secret.${field}`)} />
      ))}
      {!old && <Places key={providerId} provider={provider} strategy={strategy} hosts={hosts} fault={fault} />}
      <Button type="submit" loading={keeping.isPending}>
        {t(old ? "credentials.save_secret" : "credentials.create")}
      </Button>
    </form>
  );
}

function SecretInput({ provider, field, error }: { provider: string; field: SecretField; error: string | undefined }) {
  const { t } = useWords();
  const common = { name: `secret.${field}`, label: t(fieldLabel(provider, field)), error, autoComplete: "off" };
  const isRequired = !OPTIONAL.includes(field);
  if (isLong(provider)) return <Textarea {...common} rows={4} required={isRequired} spellCheck={false} />;
  if (!isHidden(field)) return <TextInput {...common} required={isRequired} spellCheck={false} />;
  return <PasswordInput {...common} autoComplete="new-password" required={isRequired} />;
}

interface PlacesProps {
  provider: Provider;
  strategy: Strategy;
  hosts: readonly string[];
  fault: (path: string) => string | undefined;
}

/** Where the secret may go: fixed for a known service, asked for where the server is one's own. */
function Places({ provider, strategy, hosts, fault }: PlacesProps) {
  const { t } = useWords();
  const own = [...provider.hosts, ...hosts.filter((host) => !provider.hosts.includes(host))];
  const fields = (
    <>
      <Textarea
        name="hosts"
        label={t("credentials.hosts")}
        description={t("credentials.hosts_hint")}
        defaultValue={own.join("\n")}
        autosize
        minRows={1}
        error={fault("hosts")}
        required={provider.hosts.length === 0}
        spellCheck={false}
      />
      {strategy === "oauth" && (
        <TextInput name="token_url" type="url" label={t("credentials.token_url")} error={fault("token_url")} />
      )}
      {provider.id === "http" && strategy === "api_key" && (
        <>
          <TextInput
            name="header"
            label={t("credentials.header")}
            defaultValue="X-API-Key"
            error={fault("placement")}
          />
          <TextInput name="prefix" label={t("credentials.prefix")} />
        </>
      )}
      {provider.id === "http" && (
        <TextInput
          name="test_url"
          type="url"
          label={t("credentials.test_url")}
          description={t("credentials.test_url_hint")}
          error={fault("test_url")}
        />
      )}
    </>
  );
  if (provider.hosts.length === 0) return fields;
  return (
    <details className={styles.more}>
      <summary>{t("credentials.hosts_own", { hosts: own.join(", ") })}</summary>
      <div className={styles.form}>{fields}</div>
    </details>
  );
}

/** The words for a field that the server did not take. */
function faultFinder(error: unknown) {
  const faults = error instanceof ApiError ? error.faults : [];
  return (path: string) => {
    const found = faults.find((fault) => fault.path === path || fault.path.startsWith(`${path}.`));
    return found && [found.message, found.hint].filter(Boolean).join(". ");
  };
}

const textOf = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

/** The body of the call: for a replaced secret only the secret is read. */
function wishOf(form: FormData, provider: Provider, strategy: Strategy) {
  const named = (provider.fields[strategy] ?? []).map((field) => [field, textOf(form, `secret.${field}`)] as const);
  const secret = Object.fromEntries(named.filter(([, value]) => value !== "")) as CredentialIn["secret"] & object;
  const hosts = textOf(form, "hosts")
    .split(/[\s,]+/)
    .filter(Boolean);
  const header = textOf(form, "header");
  const [token_url, test_url] = [textOf(form, "token_url"), textOf(form, "test_url")];
  return {
    name: textOf(form, "name"),
    provider: provider.id,
    strategy,
    secret,
    hosts: hosts.join() === provider.hosts.join() ? [] : hosts,
    ...(token_url && { token_url }),
    ...(test_url && { test_url }),
    ...(header && {
      placement: { where: "header" as const, name: header, prefix: String(form.get("prefix") ?? "") },
    }),
  };
}

function useKeeping(botId: string, old: Credential | undefined, onDone: (credential: Credential) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: ReturnType<typeof wishOf>) => {
      if (!old) return dataOf(api.POST("/api/v1/credentials", { body: { bot_id: botId, ...wish } }));
      const params = { path: { credential_id: old.id }, header: { "if-match": "*" } };
      return dataOf(
        api.PATCH("/api/v1/credentials/{credential_id}", { params, body: { secret: wish.secret } as never }),
      );
    },
    onSuccess: async (credential) => {
      await queries.invalidateQueries({ queryKey: credentialsKey(botId) });
      void queries.invalidateQueries({ queryKey: ["credentials"] });
      onDone(credential);
    },
  });
}
