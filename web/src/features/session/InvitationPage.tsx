// The page /invitations#token: what the link asks for, and taking part. The token stays behind the #, so no log sees it.
import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { client, dataOf } from "../../api/client";
import { LoadingPage } from "../../app/states";
import { useWords } from "../../i18n/useWords";
import { api } from "../../session/api";
import { logOut, useSession } from "../../session/session";
import { errorWords } from "../../shell/errors";
import { EntryPage } from "./EntryPage";
import styles from "./EntryPage.module.css";
import { keepInvitation, keptInvitation } from "./invitation";
import { useSubmit } from "./useSubmit";

/** The token of the address, or the one from before the log-in. It is taken out of the address at once. */
function takeToken(): string {
  const token = location.hash.slice(1) || keptInvitation();
  keepInvitation(token);
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  return token;
}

export default function InvitationPage() {
  const { t } = useWords();
  const [token] = useState(takeToken);
  const { data: seen, isError } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => dataOf(client.POST("/api/v1/invitations/look", { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isError || token === "")
    return (
      <EntryPage title={t("session.invited_gone_title")} lead={t("session.invited_gone_text")}>
        <div className={styles.form}>
          <Button component={Link} href="/" variant="default">
            {t("shell.home")}
          </Button>
        </div>
      </EntryPage>
    );
  if (!seen) return <LoadingPage />;
  const lead = t(seen.role === "editor" ? "session.invited_editor" : "session.invited_viewer", { email: seen.email });
  return (
    <EntryPage title={t("session.invited_title", { name: seen.bot_name })} lead={lead}>
      <Answer token={token} email={seen.email} />
    </EntryPage>
  );
}

function Answer({ token, email }: { token: string; email: string }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const isIn = useSession((state) => state.status === "in");
  const { run, isRunning, error } = useSubmit();
  const accept = async () => {
    const { bot_id } = await dataOf(api.POST("/api/v1/invitations/accept", { body: { token } }));
    keepInvitation("");
    go(`/bots/${bot_id}`);
  };
  const next = new URLSearchParams({ next: "/invitations", email });
  if (!isIn)
    return (
      <div className={styles.form}>
        <Button component={Link} href={`/register?${next}`}>
          {t("session.register")}
        </Button>
        <Button component={Link} href={`/login?${next}`} variant="default">
          {t("session.log_in")}
        </Button>
      </div>
    );
  return (
    <div className={styles.form}>
      {error !== null && (
        <Alert color="red" role="alert">
          {errorWords(t, error)}
        </Alert>
      )}
      <Button loading={isRunning} onClick={() => void run(accept)}>
        {t("session.invited_accept")}
      </Button>
      {error !== null && (
        <Button variant="default" onClick={() => void run(() => logOut())}>
          {t("session.invited_other")}
        </Button>
      )}
    </div>
  );
}
