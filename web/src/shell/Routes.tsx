// The addresses of the constructor. Pages for people who are logged in send others to the log-in, and back afterwards.
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation, useSearchParams } from "wouter";
import { page } from "../app/page";
import { LoadingPage, LostPage } from "../app/states";
import { resume, useSession } from "../session/session";
import { KeysHelp } from "./KeysHelp";
import { OfflineLine } from "./OfflineLine";
import { Palette } from "./Palette";
import { PlacePage } from "./place/PlacePage";
import { UnreachablePage } from "./states";

const LoginPage = page("session", () => import("../features/session/LoginPage"));
const RegisterPage = page("session", () => import("../features/session/RegisterPage"));
const InvitationPage = page("session", () => import("../features/session/InvitationPage"));
const SettingsPage = page("account", () => import("../features/account/SettingsPage"));
const CredentialsPage = page("credentials", () => import("../features/credentials/CredentialsPage"));
const NewBotPage = page("bots", () => import("../features/bots/NewBotPage"));
const BotsPage = page("bots", () => import("../features/bots/BotsPage"));
const ConstructorPage = page("editor", async () => {
  const { ConstructorPage: Page } = await import("../features/constructor");
  return { default: Page };
});

export function Routes() {
  return (
    <Suspense fallback={<LoadingPage />}>
      <Switch>
        <Route path="/login">
          <ForGuests>
            <LoginPage />
          </ForGuests>
        </Route>
        <Route path="/register">
          <ForGuests>
            <RegisterPage />
          </ForGuests>
        </Route>
        <Route path="/">
          <ForMembers>
            <BotsPage />
          </ForMembers>
        </Route>
        <Route path="/new">
          <ForMembers>
            <NewBotPage />
          </ForMembers>
        </Route>
        <Route path="/settings">
          <ForMembers>
            <SettingsPage />
          </ForMembers>
        </Route>
        <Route path="/credentials">
          <ForMembers>
            <CredentialsPage />
          </ForMembers>
        </Route>
        <Route path="/invitations">
          <WithSession>
            <InvitationPage />
          </WithSession>
        </Route>
        <Route path="/bots/:botId">
          {({ botId }) => (
            <ForMembers>
              <ConstructorPage key={botId} botId={botId} />
            </ForMembers>
          )}
        </Route>
        <Route path="/bots/:botId/:place/*?">
          {({ botId, place }) => (
            <ForMembers>
              <PlacePage botId={botId} path={place} />
            </ForMembers>
          )}
        </Route>
        <Route>
          <LostPage />
        </Route>
      </Switch>
    </Suspense>
  );
}

/** Finds out who is here. "failed": the server does not answer. */
function useStatus() {
  const status = useSession((state) => state.status);
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    if (status === "unknown") resume().catch(() => setHasFailed(true));
  }, [status]);
  return status === "unknown" && hasFailed ? "failed" : status;
}

function ForMembers({ children }: { children: ReactNode }) {
  const status = useStatus();
  const [path] = useLocation();
  if (status === "failed") return <UnreachablePage />;
  if (status === "unknown") return <LoadingPage />;
  if (status === "in")
    return (
      <>
        {children}
        <Palette />
        <KeysHelp />
        <OfflineLine />
      </>
    );
  const from = path + location.search;
  return <Redirect to={from === "/" ? "/login" : `/login?${new URLSearchParams({ next: from })}`} replace />;
}

/** For pages that both may see, once it is known who they are. */
function WithSession({ children }: { children: ReactNode }) {
  return useStatus() === "unknown" ? <LoadingPage /> : children;
}

function ForGuests({ children }: { children: ReactNode }) {
  const status = useStatus();
  const next = useNext();
  if (status === "unknown") return <LoadingPage />;
  return status === "in" ? <Redirect to={next} replace /> : children;
}

/** Where to go after the log-in: a path of this installation, nothing else. */
function useNext(): string {
  const [search] = useSearchParams();
  const next = search.get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
