// The page /register: a new account, and in.
import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import type { FormEvent } from "react";
import { Link, useSearchParams } from "wouter";
import { ApiError } from "../../api/client";
import { useWords } from "../../i18n/useWords";
import { register } from "../../session/session";
import { errorWords } from "../../shell/errors";
import { ICON } from "../../ui/icon";
import { EntryPage } from "./EntryPage";
import styles from "./EntryPage.module.css";
import { useMethods } from "./methods";
import { useSubmit } from "./useSubmit";

export default function RegisterPage() {
  const { t } = useWords();
  const { data: methods } = useMethods();
  if (methods && !methods.registration_open) return <ClosedPage />;
  return (
    <EntryPage
      title={t("session.register_title")}
      lead={t("session.register_lead")}
      below={
        <>
          {t("session.has_account")} <Link href={`/login${location.search}`}>{t("session.log_in")}</Link>
        </>
      }
    >
      <RegisterForm />
    </EntryPage>
  );
}

function RegisterForm() {
  const { t } = useWords();
  const [search] = useSearchParams();
  const { run, isRunning, error } = useSubmit();
  const faults = error instanceof ApiError ? error.faults : [];
  const faultOf = (name: string) => faults.find(({ path }) => path.split(/[./]/).includes(name))?.message;
  const isPlaced = ["email", "username", "password"].some((name) => faultOf(name));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wish = { email: form.get("email"), username: form.get("username"), password: form.get("password") };
    void run(() => register(wish as { email: string; username: string; password: string }));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {error !== null && !isPlaced && (
        <Alert color="red" icon={<CircleAlert {...ICON} />} role="alert">
          {errorWords(t, error)}
        </Alert>
      )}
      <TextInput
        label={t("session.name")}
        description={t("session.name_hint")}
        name="username"
        autoComplete="name"
        maxLength={100}
        error={faultOf("username")}
        required
        autoFocus
      />
      <TextInput
        label={t("session.email")}
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={search.get("email") ?? ""}
        error={faultOf("email")}
        required
      />
      <PasswordInput
        label={t("session.password")}
        description={t("session.password_hint")}
        name="password"
        autoComplete="new-password"
        minLength={8}
        error={faultOf("password")}
        required
      />
      <Button type="submit" loading={isRunning} fullWidth>
        {t("session.register")}
      </Button>
    </form>
  );
}

function ClosedPage() {
  const { t } = useWords();
  return (
    <EntryPage title={t("session.closed_title")} lead={t("session.closed_text")}>
      <div className={styles.form}>
        <Button component={Link} href="/login" variant="default" fullWidth>
          {t("session.log_in")}
        </Button>
      </div>
    </EntryPage>
  );
}
