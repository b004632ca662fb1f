import { Alert, Button, Checkbox, Select, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { dataOf, done, type Schemas } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { ShownOnce } from "../../shell/CopyLine";
import { errorWords, tellError } from "../../shell/errors";
import { useMe } from "../../shell/me";
import { ICON } from "../../ui/icon";
import { exactTime, relativeTime } from "../../ui/time";
import { Section } from "./Section";
import styles from "./SettingsPage.module.css";

type Scope = Schemas["ApiTokenIn"]["scopes"][number];
const SCOPES: readonly Scope[] = [
  "bots:read",
  "bots:write",
  "bots:share",
  "conversations:read",
  "conversations:write",
  "credentials:read",
  "credentials:write",
  "files:read",
  "files:write",
  "accounts:read",
  "admin",
];
const LIFETIMES = ["30", "90", "365", "never"] as const;

/** Tokens for programs: made with scopes and an end, shown once, revoked here. */
export function Tokens() {
  const { t } = useWords();
  const [isAdding, setIsAdding] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <Section title={t("account.tokens")} hint={t("account.tokens_hint")}>
      {made && <ShownOnce title={t("account.token_made")} text={t("account.token_once")} value={made} />}
      <TokenList />
      {isAdding ? (
        <TokenForm
          onMade={(token) => {
            setMade(token);
            setIsAdding(false);
          }}
        />
      ) : (
        <Button variant="default" mt="md" leftSection={<Plus {...ICON} />} onClick={() => setIsAdding(true)}>
          {t("account.new_token")}
        </Button>
      )}
    </Section>
  );
}

function TokenList() {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const { data: tokens } = useQuery({
    queryKey: ["tokens"],
    queryFn: async () =>
      (await dataOf(api.GET("/api/v1/users/me/api_tokens", { params: { query: { limit: 200 } } }))).items,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      done(api.DELETE("/api/v1/users/me/api_tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
    onError: (error) => tellError(t, error),
  });
  return (
    <ul className={styles.rows}>
      {!tokens && <Skeleton height={56} />}
      {tokens?.map((token) => (
        <li key={token.id} className={styles.row}>
          <span className={styles.rowText}>
            <span dir="auto">{token.name}</span>
            <span className={styles.quiet}>
              <code>{token.hint}…</code> · {token.scopes.join(", ")}
            </span>
            <span className={styles.quiet}>
              {token.last_used_at
                ? t("account.token_used", { when: relativeTime(token.last_used_at, language) })
                : t("account.token_unused")}
              {" · "}
              {token.expires_at
                ? t("account.token_until", { when: exactTime(token.expires_at, language) })
                : t("account.token_forever")}
            </span>
          </span>
          <Button variant="default" size="compact-md" onClick={() => revoke.mutate(token.id)}>
            {t("account.revoke")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function TokenForm({ onMade }: { onMade: (token: string) => void }) {
  const { t } = useWords();
  const { data: me } = useMe();
  const queries = useQueryClient();
  const [scopes, setScopes] = useState<string[]>(["bots:read"]);
  const [lifetime, setLifetime] = useState<string>("90");
  const make = useMutation({
    mutationFn: (name: string) => {
      const expires_in_days = lifetime === "never" ? null : Number(lifetime);
      return dataOf(
        api.POST("/api/v1/users/me/api_tokens", { body: { name, scopes: scopes as Scope[], expires_in_days } }),
      );
    },
    onSuccess: ({ token }) => {
      onMade(token);
      void queries.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(String(new FormData(event.currentTarget).get("name")));
  };
  const offered = SCOPES.filter((scope) => scope !== "admin" || me?.role === "ADMIN");
  return (
    <form className={styles.form} onSubmit={submit}>
      {make.error && (
        <Alert color="red" role="alert">
          {errorWords(t, make.error)}
        </Alert>
      )}
      <TextInput
        className={styles.field ?? ""}
        name="name"
        label={t("account.token_name")}
        description={t("account.token_name_hint")}
        maxLength={100}
        required
        autoFocus
      />
      <Checkbox.Group label={t("account.scopes")} value={scopes} onChange={setScopes}>
        <div className={styles.scopes}>
          {offered.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} />
          ))}
        </div>
      </Checkbox.Group>
      <Select
        className={styles.field ?? ""}
        label={t("account.lifetime")}
        data={LIFETIMES.map((value) => ({
          value,
          label: value === "never" ? t("account.token_forever") : t("account.days", { count: Number(value) }),
        }))}
        value={lifetime}
        onChange={(value) => setLifetime(value ?? "90")}
      />
      <Button type="submit" loading={make.isPending} disabled={scopes.length === 0}>
        {t("account.make_token")}
      </Button>
    </form>
  );
}
