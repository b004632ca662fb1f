// The page /login: e-mail and password, or the provider the operator has set up.
import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { ApiError } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { finishProviderLogin, logIn } from "../../session/session";
import { errorWords } from "../../shell/errors";
import { ICON } from "../../ui/icon";
import { EntryPage } from "./EntryPage";
import styles from "./EntryPage.module.css";
import { useMethods } from "./methods";
import { useSubmit } from "./useSubmit";

export default function LoginPage() {
  const { t } = useWords();
  const { data: methods } = useMethods();
  const { run, isRunning, error } = useSubmit();
  useProviderReturn(run);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(() => logIn(String(form.get("email")), String(form.get("password"))));
  };
  const isWrong = error instanceof ApiError && error.status === 401;
  return (
    <EntryPage title={t("session.log_in")} below={methods?.registration_open && <ToRegister />}>
      <form className={styles.form} onSubmit={submit}>
        {error !== null && (
          <Alert color="red" icon={<CircleAlert {...ICON} />} role="alert">
            {isWrong ? t("session.wrong") : errorWords(t, error)}
          </Alert>
        )}
        <TextInput label={t("session.email")} name="email" type="email" autoComplete="username" required autoFocus />
        <PasswordInput label={t("session.password")} name="password" autoComplete="current-password" required />
        <Button type="submit" loading={isRunning} fullWidth>
          {t("session.log_in")}
        </Button>
      </form>
      {methods?.oidc_url && <ProviderButton name={methods.oidc_name ?? ""} url={methods.oidc_url} />}
    </EntryPage>
  );
}

function ToRegister() {
  const { t } = useWords();
  return (
    <>
      {t("session.no_account")} <Link href={`/register${location.search}`}>{t("session.register")}</Link>
    </>
  );
}

function ProviderButton({ name, url }: { name: string; url: string }) {
  const { t } = useWords();
  const [search] = useSearchParams();
  const back = new URLSearchParams({ provider: "1", next: search.get("next") ?? "/" });
  return (
    <>
      <div className={styles.or}>{t("session.or")}</div>
      <Button
        component="a"
        href={`${url}?${new URLSearchParams({ next: `/login?${back}` })}`}
        variant="default"
        fullWidth
      >
        {name}
      </Button>
    </>
  );
}

/** The provider sends the browser back here: the cookie it came with becomes a session, once. */
function useProviderReturn(run: (work: () => Promise<void>) => Promise<void>) {
  const [search, setSearch] = useSearchParams();
  const [isBack] = useState(() => search.has("provider"));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (!isBack || !new URLSearchParams(location.search).has("provider")) return;
    const rest = new URLSearchParams(location.search);
    rest.delete("provider");
    setSearch(rest, { replace: true });
    void run(finishProviderLogin);
  }, []);
}
